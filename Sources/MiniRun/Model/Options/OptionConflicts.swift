import Namespaces
import NetSetup

/// Combinations of options that Docker refuses, with its words and in its order.
public enum OptionConflicts {
    /// Throws the first conflict between the network or UTS mode and the other options of a request.
    public static func check(_ request: RunRequest, network: NetworkMode) throws(UsageError) {
        if try UTSMode(parsing: request.uts ?? "") == .host, request.hostname.isGiven {
            throw UsageError("conflicting options: hostname and the UTS mode")
        }
        if request.remove, try RestartPolicy(parsing: request.restart ?? "") != .no {
            throw UsageError("conflicting options: cannot specify both --restart and --rm")
        }
        guard !network.isPrivate else { return }
        if case .host = network { return }
        let refusals: [(Bool, String)] = [
            (request.hostname.isGiven, "hostname and the network mode"),
            (request.macAddress.isGiven, "mac-address and the network mode"),
            (!request.dns.isEmpty, "dns and the network mode"),
            (!request.addHost.isEmpty, "custom host-to-IP mapping and the network mode"),
            (
                (!request.publish.isEmpty || request.publishAll) && !(network.isJoined && request.allowsJoinedPublish),
                "port publishing and the container type network mode"
            ),
            (
                !request.expose.isEmpty || !request.exposeFrom.isEmpty,
                "port exposing and the container type network mode"
            ),
        ]
        for (isGiven, words) in refusals where isGiven { throw UsageError("conflicting options: \(words)") }
    }

    /// The notice of ports that are asked for where nothing can be published; nil where they can.
    public static func discardedPorts(_ request: RunRequest, network: NetworkMode) -> String? {
        guard !request.publish.isEmpty || request.publishAll else { return nil }
        switch network {
        case .host, .none: return "Published ports are discarded when using \(network) network mode"
        default: return nil
        }
    }
}

extension String? {
    fileprivate var isGiven: Bool { self?.isEmpty == false }
}
