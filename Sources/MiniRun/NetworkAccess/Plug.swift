import Namespaces
import NetSetup

/// An interface that `plug` has put into a running container.
public struct Plug: Sendable, Equatable {
    /// Its name inside: `eth1`.
    public var interface: String
    /// The bridge, or the network card whose wire it is on.
    public var bridge: String
    /// The host's end of the cable; nil on a network card's wire.
    public var hostInterface: String?
    /// Its addresses with their subnets' lengths; none when it was to have none.
    public var addresses: [IPPrefix] = []
    /// The default route's next hop, when it has the default route.
    public var gateway: IPAddress?
    /// Its link-layer address, when one was given.
    public var mac: MACAddress?
    /// Where the default route led before.
    public var previousGateway: IPAddress?
    /// By which interface.
    public var previousInterface: String?

    /// An interface without anything.
    init(interface: String, bridge: String) {
        self.interface = interface
        self.bridge = bridge
    }

    /// Another one is taken out, over which the default route led before this one came: it leads back to where it led
    /// before that.
    mutating func inherit(from gone: Plug) {
        guard previousInterface == gone.interface else { return }
        let isSame = previousGateway?.family == gone.previousGateway?.family
        previousGateway = isSame ? gone.previousGateway : nil
        previousInterface = isSame ? gone.previousInterface : nil
    }

    /// What `inspect` says of it.
    var inspection: JSONValue {
        [
            "Interface": .string(interface), "Bridge": .string(bridge), "HostInterface": .string(hostInterface ?? ""),
            "Addresses": .array(addresses.map { .string("\($0)") }), "Gateway": .string(gateway?.description ?? ""),
            "MacAddress": .string(mac?.description ?? ""),
        ]
    }
}

extension Plug: RecordJSON {
    init(json: JSONValue) throws(JSONError) {
        interface = try json.string("interface")
        bridge = try json.string("bridge")
        hostInterface = try json.string(ifPresent: "hostInterface")
        addresses = try json.list("addresses") { (value) throws(JSONError) in
            let text = try JSONValue.string(of: value)
            guard let prefix = IPPrefix(text) else { throw JSONError("is no IPPrefix: \(text.goQuoted)") }
            return prefix
        }
        gateway = try json.parsed(ifPresent: "gateway")
        mac = try json.parsed(ifPresent: "mac")
        previousGateway = try json.parsed(ifPresent: "previousGateway")
        previousInterface = try json.string(ifPresent: "previousInterface")
    }

    var json: JSONValue {
        .record([
            "interface": .string(interface), "bridge": .string(bridge), "hostInterface": .text(hostInterface),
            "addresses": .strings(addresses.map(\.description)), "gateway": .text(gateway), "mac": .text(mac),
            "previousGateway": .text(previousGateway), "previousInterface": .text(previousInterface),
        ])
    }
}
