import Namespaces
import NetSetup

/// What was moved away from a network card, and how it gets back: written before anything is changed.
struct UplinkRecord: Sendable {
    /// Somebody has to say in time that he can still reach the host.
    struct Confirmation: Sendable, Equatable {
        /// The process that moves everything back.
        var watcher: ProcessIdentity
        /// When.
        var deadline: Timestamp
    }

    /// The card as it was before.
    var uplink: Uplink
    /// The interface that has its place.
    var bridge: String
    /// What that is.
    var mode: UplinkMode
    /// When it was moved.
    var since: Timestamp
    /// Nil once the move is for good.
    var confirmation: Confirmation?
    /// What went wrong on the way back, which nobody was there to hear.
    var trouble: String?

    /// The way back.
    var wayBack: ReturnUplink { ReturnUplink(uplink, from: bridge, mode) }
}

extension UplinkRecord: RecordJSON {
    init(json: JSONValue) throws(JSONError) {
        let macText = try json.string("mac")
        guard let mac = MACAddress(macText) else {
            throw JSONError("is no MAC address: \(macText.goQuoted)", path: "mac")
        }
        uplink = Uplink(
            name: try json.string("card"), index: try json.integer("index"), mac: mac, mtu: try json.integer("mtu"),
            addresses: try json.images("addresses").compactMap(UplinkAddress.init),
            routes: try json.images("routes").compactMap(UplinkRoute.init))
        bridge = try json.string("bridge")
        let word = try json.string("mode")
        guard let mode = UplinkMode(rawValue: word) else {
            throw JSONError("is no mode: \(word.goQuoted)", path: "mode")
        }
        self.mode = mode
        since = Timestamp(nanoseconds: try json.integer("since"))
        confirmation = try json.member(ifPresent: "confirmation") { (value) throws(JSONError) in
            Confirmation(
                watcher: try value.member("watcher", ProcessIdentity.init(json:)),
                deadline: Timestamp(nanoseconds: try value.integer("deadline")))
        }
        trouble = try json.string(ifPresent: "trouble")
    }

    /// Addresses and routes as people read them, and beside that as the kernel told them.
    var json: JSONValue {
        .record([
            "card": .string(uplink.name), "bridge": .string(bridge), "mode": .string(mode.rawValue),
            "since": since.json, "index": .integer(Int64(uplink.index)), "mac": .text(uplink.mac),
            "mtu": .integer(Int64(uplink.mtu)),
            "addresses": .array(
                uplink.addresses.map { .image("address", $0.prefix.description, $0.image) }),
            "routes": .array(uplink.routes.map { .image("route", $0.text, $0.image) }),
            "confirmation": confirmation.map { ["watcher": $0.watcher.json, "deadline": $0.deadline.json] },
            "trouble": .text(trouble),
        ])
    }
}

extension JSONValue {
    fileprivate static func image(_ key: String, _ text: String, _ image: NetlinkImage) -> JSONValue {
        .record([key: .string(text), "kernel": .string(image.hexadecimal)])
    }

    fileprivate func images(_ key: String) throws(JSONError) -> [NetlinkImage] {
        try list(key) { (value) throws(JSONError) in
            let text = try value.string("kernel")
            guard let image = NetlinkImage(hexadecimal: text) else { throw JSONError("is no image", path: "kernel") }
            return image
        }
    }
}
