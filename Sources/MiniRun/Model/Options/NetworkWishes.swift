import Namespaces
import NetSetup

/// All of `--network` with the options that go with it: the kind of network namespace, and the networks to be connected to.
struct NetworkWishes {
    /// `--net`.
    let mode: NetworkMode
    /// The networks, in the order of the flags; empty where the container joins another's network or has none.
    let attachments: [NetworkAttachment]

    /// Reads them. Throws Docker's sentences.
    init(_ request: RunRequest) throws(UsageError) {
        let texts = request.networks.isEmpty ? ["bridge"] : request.networks
        var attachments: [NetworkAttachment] = []
        var modes: [NetworkMode] = []
        for (index, text) in texts.enumerated() {
            let isLong = NetworkAttachment.isLong(text)
            var attachment = isLong ? try NetworkAttachment(parsing: text) : NetworkAttachment(text)
            let mode = try NetworkMode(parsing: attachment.network)
            if index == 0 { try Self.apply(request, to: &attachment, mode) }
            try attachment.check()
            guard !attachments.contains(where: { $0.network == attachment.network }) else {
                throw UsageError("network \(attachment.network.goQuoted) is specified multiple times")
            }
            if mode == .bridge { attachment.network = NetworkMode.bridge.description }
            attachments.append(attachment)
            modes.append(mode)
        }
        if modes.count > 1, modes.contains(where: { !$0.isUserDefined }) {
            throw UsageError(
                "conflicting options: cannot attach both user-defined and non-user-defined network-modes")
        }
        mode = modes[0]
        self.attachments = mode == .bridge || mode.isUserDefined ? attachments : []
    }

    /// The options of the container as a whole are about the first network.
    private static func apply(
        _ request: RunRequest, to attachment: inout NetworkAttachment, _ mode: NetworkMode
    ) throws(UsageError) {
        func refuse(_ words: String) -> UsageError { UsageError("conflicting options: cannot specify both \(words)") }
        if !request.networkAliases.isEmpty {
            guard attachment.aliases.isEmpty else { throw refuse("--network-alias and per-network alias") }
            attachment.aliases = request.networkAliases
        }
        if let text = request.ip, !text.isEmpty {
            guard attachment.ip == nil else { throw refuse("--ip and per-network IPv4 address") }
            attachment.ip = try ScalarOptions.ip(text)
        }
        if let text = request.ip6, !text.isEmpty {
            guard attachment.ip6 == nil else { throw refuse("--ip6 and per-network IPv6 address") }
            attachment.ip6 = try ScalarOptions.ip6(text)
        }
        if let text = request.macAddress, !text.isEmpty {
            guard attachment.macAddress == nil else { throw refuse("--mac-address and per-network MAC address") }
            attachment.macAddress = try ScalarOptions.macAddress(text)
        }
        if !request.linkLocalAddresses.isEmpty {
            guard attachment.linkLocal.isEmpty else {
                throw refuse("--link-local-ip and per-network link-local IP addresses")
            }
            for text in request.linkLocalAddresses {
                attachment.linkLocal.append(try NetworkAttachment.linkLocal(text))
            }
        }
        guard !mode.isUserDefined, mode != .bridge || request.strictDocker else { return }
        if !attachment.aliases.isEmpty {
            throw UsageError("network-scoped aliases are only supported for user-defined networks")
        }
        if attachment.ip != nil || attachment.ip6 != nil {
            throw UsageError("user-specified IP address is supported on user-defined networks only")
        }
    }
}

extension NetworkMode {
    /// Whether it names a network that the user made.
    var isUserDefined: Bool {
        if case .network = self { return true }
        return false
    }
}
