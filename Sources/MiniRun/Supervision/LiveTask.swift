import Namespaces
import NetSetup

/// A change of how a running container is connected. Only its supervisor can make it, because what it takes (addresses,
/// ports) is tied to the supervisor's life.
enum LiveTask: Equatable {
    /// Connect it to one more network.
    case connect(NetworkAttachment)
    /// Disconnect it from the network with this id.
    case disconnect(network: String)
    /// Publish ports, in the words of `-p`.
    case publish(String)
    /// No longer publish these.
    case unpublish(String)
}

extension LiveTask: RecordJSON {
    var json: JSONValue {
        switch self {
        case .connect(let attachment): ["connect": attachment.json]
        case .disconnect(let network): ["disconnect": .string(network)]
        case .publish(let text): ["publish": .string(text)]
        case .unpublish(let text): ["unpublish": .string(text)]
        }
    }

    init(json: JSONValue) throws(JSONError) {
        if let attachment = try json.member(ifPresent: "connect", NetworkAttachment.init(json:)) {
            self = .connect(attachment)
        } else if let network = try json.string(ifPresent: "disconnect") {
            self = .disconnect(network: network)
        } else if let text = try json.string(ifPresent: "publish") {
            self = .publish(text)
        } else {
            self = .unpublish(try json.string("unpublish"))
        }
    }
}
