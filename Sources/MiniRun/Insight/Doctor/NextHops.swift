import Namespaces
import NetSetup

/// Whether those answer who are next on a packet's way; each is asked once, whoever wants to know.
final class NextHops {
    /// Somebody on a link of the host.
    struct Hop: Hashable {
        /// The link's number.
        var link: CInt
        /// Its own link-layer address.
        var mac: MACAddress
        /// The host's address there.
        var source: IPAddress
        /// Who is asked for, by IPv4.
        var address: IPAddress
    }

    /// How many are asked side by side: each takes a descriptor.
    private static let together = 64
    /// One question may get lost, as any frame.
    private static let rounds = [300, 700]

    private var isThere: [Hop: Bool] = [:]

    /// Those who do not answer. Throws `KernelError`.
    func silent(among hops: [Hop]) throws -> [Hop] {
        let unknown = hops.filter { isThere[$0] == nil }.unique
        guard !unknown.isEmpty else { return hops.filter { isThere[$0] == false } }
        let host = try NamespaceHandle(.network)
        for start in stride(from: 0, to: unknown.count, by: Self.together) {
            var silent = Array(unknown.dropFirst(start).prefix(Self.together))
            for milliseconds in Self.rounds {
                let sent = try silent.map { hop in
                    try ARPQuestion(from: hop.mac, hop.source, about: hop.address)
                        .send(in: host.descriptor, on: hop.link, milliseconds: milliseconds)
                }
                for (hop, question) in zip(silent, sent) {
                    isThere[hop] = !question.answers(firstIsEnough: true).isEmpty
                }
                silent.removeAll { isThere[$0] == true }
            }
        }
        return hops.filter { isThere[$0] == false }
    }
}
