import NetSetup
import Testing

@testable import MiniRun

/// A packet's way, put together from what was seen: no kernel is asked.
@Suite("Assembly of a trace")
struct TraceAssemblyTests {
    private let web: UInt64 = 1
    private let host: UInt64 = 2

    /// A TCP header's packet, without data.
    private func packet(
        _ source: String, _ sourcePort: UInt16, _ destination: String, _ port: UInt16, flags: UInt8 = 0x02,
        sequence: UInt8 = 7, acknowledged: UInt8 = 0
    ) throws -> Packet {
        let from = try #require(IPAddress(source))
        let to = try #require(IPAddress(destination))
        func split(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xff)] }
        let network: [UInt8] = [0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0] + from.bytes + to.bytes
        let transport = split(sourcePort) + split(port) + [0, 0, 0, sequence, 0, 0, 0, acknowledged, 0x50, flags, 0, 0]
        return Packet(network + transport + [0, 0, 0, 0], protocol: EtherType.ipv4)
    }

    private func sighting(_ place: UInt64, _ link: CInt, out: Bool, _ time: Int64, _ packet: Packet) -> TraceSighting {
        TraceSighting(place: place, link: link, isOutgoing: out, time: time, packet: packet)
    }

    private func run(_ name: String, _ packet: Packet, _ verdict: TraceEvent.Verdict = .accept) -> ChainRun {
        let chain = ChainName(family: 1, table: "minirun", name: name)
        return ChainRun(base: chain, path: [.init(chain: chain, handle: 1)], verdict: verdict, packet: packet)
    }

    private func places(_ hops: [TraceAssembly.Hop]) -> [String] {
        hops.map { hop in
            switch hop.event {
            case .passed(let link, let isOutgoing): "\(hop.place) \(isOutgoing ? "out" : "in") \(link)"
            case .decided(let run): "\(hop.place) \(run.base.name)"
            }
        }
    }

    @Test func translationIsFoundWithoutKnowingOfIt() throws {
        let inside = try packet("172.17.0.2", 43210, "10.0.0.9", 80)
        let outside = try packet("192.168.66.11", 43210, "10.0.0.9", 80)
        let answer = try packet("10.0.0.9", 80, "192.168.66.11", 43210, flags: 0x12, sequence: 50, acknowledged: 8)
        let answerInside = try packet("10.0.0.9", 80, "172.17.0.2", 43210, flags: 0x12, sequence: 50, acknowledged: 8)
        let stranger = try packet("10.0.0.9", 80, "192.168.66.11", 43210, flags: 0x12, sequence: 50, acknowledged: 99)
        let visit = TraceVisit(
            place: host, input: 3, output: 4, runs: [run("forward", inside), run("postrouting", inside)])
        let assembly = TraceAssembly(
            signature: try #require(PacketSignature(inside)), flow: try #require(inside.flow), start: web,
            [
                sighting(web, 2, out: true, 1, inside), sighting(host, 3, out: false, 2, inside),
                sighting(host, 4, out: true, 3, outside), sighting(host, 4, out: false, 4, stranger),
                sighting(host, 4, out: false, 5, answer), sighting(host, 3, out: true, 6, answerInside),
                sighting(web, 2, out: false, 7, answerInside),
                sighting(web, 2, out: true, 8, inside),  // sent again
            ], [visit])
        #expect(places(assembly.forward) == ["1 out 2", "2 in 3", "2 forward", "2 postrouting", "2 out 4"])
        #expect(places(assembly.back) == ["2 in 4", "2 out 3", "1 in 2"])
        #expect(assembly.forward[3].changed == outside.flow && assembly.forward[2].changed == nil)
        #expect(assembly.drops.isEmpty)
    }

    /// An event of nftables.
    private func event(
        _ packet: Packet, _ chain: String, _ handle: UInt64, _ verdict: TraceEvent.Verdict, number: UInt32 = 5,
        isFirst: Bool = false
    ) -> TraceEvent {
        TraceEvent(
            packet: number, chain: ChainName(family: 1, table: "minirun", name: chain), kind: .rule(handle: handle),
            verdict: verdict, input: 3, headers: isFirst ? packet : nil)
    }

    @Test func jumpThatCameBackIsNoPartOfTheWay() throws {
        let packet = try packet("172.17.0.2", 43210, "10.0.0.9", 80)
        let visits = TraceVisit.visits(
            [
                event(packet, "forward", 1, .jump("leaving"), isFirst: true), event(packet, "leaving", 2, .goOn),
                event(packet, "forward", 3, .goto("outward")), event(packet, "outward", 4, .accept),
            ], in: host, RuleBook())
        #expect(visits.count == 1 && visits[0].runs.count == 1)
        #expect(visits[0].runs[0].path.map(\.handle) == [3, 4] && visits[0].runs[0].verdict == .accept)
    }

    @Test func packetStaysTheSameUnderAnotherNumber() throws {
        let packet = try packet("172.17.0.2", 43210, "10.0.0.9", 80)
        let other = try self.packet("172.17.0.2", 43211, "10.0.0.9", 80, sequence: 9)
        let visits = TraceVisit.visits(
            [
                event(packet, "prerouting", 1, .accept, isFirst: true),
                event(other, "prerouting", 1, .accept, number: 7, isFirst: true),
                event(packet, "forward", 2, .drop, number: 6, isFirst: true),
            ], in: host, RuleBook())
        #expect(visits.map { $0.runs.map(\.base.name) } == [["prerouting", "forward"], ["prerouting"]])
        #expect(visits[0].drop?.base.name == "forward" && visits[1].drop == nil)
    }

    @Test func dropIsTheLastOfItsVisit() throws {
        let inside = try packet("172.17.0.2", 43210, "172.18.0.2", 80)
        let visit = TraceVisit(place: host, input: 3, runs: [run("prerouting", inside), run("forward", inside, .drop)])
        let assembly = TraceAssembly(
            signature: try #require(PacketSignature(inside)), flow: try #require(inside.flow), start: web,
            [sighting(web, 2, out: true, 1, inside), sighting(host, 3, out: false, 2, inside)], [visit])
        #expect(places(assembly.forward) == ["1 out 2", "2 in 3", "2 prerouting", "2 forward"])
        #expect(assembly.drops.count == 1 && assembly.drops.first?.run.base.name == "forward")
    }

    @Test func packetOfTheHostIsJudgedBeforeItLeaves() throws {
        let sent = try packet("127.0.0.1", 43210, "127.0.0.1", 8080)
        let led = try packet("127.0.0.1", 43210, "169.254.77.1", 8080)
        let visit = TraceVisit(place: host, input: nil, runs: [run("output", sent), run("postrouting", led)])
        let assembly = TraceAssembly(
            signature: try #require(PacketSignature(sent)), flow: try #require(sent.flow), start: host,
            [sighting(host, 5, out: true, 1, led), sighting(host, 6, out: false, 2, led)], [visit])
        #expect(places(assembly.forward) == ["2 output", "2 postrouting", "2 out 5", "2 in 6"])
        #expect(assembly.forward[0].changed == led.flow)
    }
}
