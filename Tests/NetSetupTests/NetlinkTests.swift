import CShim
import NetSetup
import SystemPackage
import Testing

@Suite struct NetlinkTests {
    @Test func messageHasTheBytesOfTheKernelsLayout() {
        let message = NetlinkMessage("x", type: RTM_NEWLINK, flags: [.create, .exclusive]) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFNAME, "br0")
            message.put(IFLA_MTU, UInt32(0x05dc))
            message.nest(IFLA_LINKINFO) { $0.put(IFLA_INFO_KIND, "bridge") }
        }
        let expected: [UInt8] =
            [64, 0, 0, 0]  // length
            + [16, 0]  // RTM_NEWLINK
            + [0x01, 0x06]  // NLM_F_REQUEST, NLM_F_EXCL | NLM_F_CREATE
            + [0, 0, 0, 0, 0, 0, 0, 0]  // sequence, port
            + [UInt8](repeating: 0, count: 16)  // ifinfomsg
            + [8, 0, 3, 0] + Array("br0".utf8) + [0]  // IFLA_IFNAME
            + [8, 0, 4, 0, 0xdc, 0x05, 0, 0]  // IFLA_MTU
            + [16, 0, 18, 0x80]  // IFLA_LINKINFO, nested
            + [11, 0, 1, 0] + Array("bridge".utf8) + [0, 0]  // IFLA_INFO_KIND, padded
        #expect(message.bytes == expected)
    }

    @Test func refusalCarriesTheKernelsSentence() throws {
        let socket = try PrivateNetwork().socket()
        let message = NetlinkMessage("create link x", type: RTM_NEWLINK, flags: [.create, .exclusive]) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFNAME, "x")
            message.nest(IFLA_LINKINFO) { $0.put(IFLA_INFO_KIND, "nonsense") }
        }
        let error = #expect(throws: NetlinkError.self) { try socket.request(message) }
        #expect(error?.errno == .notSupported)
        #expect(error?.description == "create link x: operation not supported: Unknown device type")
    }

    @Test func batchReportsTheFirstRefusalAndTheSocketStaysUsable() throws {
        let socket = try PrivateNetwork().socket()
        func bridge(_ name: String) -> NetlinkMessage {
            NetlinkMessage("create \(name)", type: RTM_NEWLINK, flags: [.create, .exclusive]) { message in
                message.putHeader(ifinfomsg())
                message.put(IFLA_IFNAME, name)
                message.nest(IFLA_LINKINFO) { $0.put(IFLA_INFO_KIND, "bridge") }
            }
        }
        let error = #expect(throws: NetlinkError.self) {
            try socket.request([bridge("a"), bridge("a"), bridge("b"), bridge("b")])
        }
        #expect(error?.errno == .fileExists)
        #expect(error?.asked == "create a")
        let list = NetlinkMessage("list links", type: RTM_GETLINK) { $0.putHeader(ifinfomsg()) }
        let names = try socket.dump(list) { $0.attributes(after: ifinfomsg.self)[IFLA_IFNAME]?.text }
        #expect(names.sorted() == ["a", "b", "lo"])
        try socket.request([bridge("c"), bridge("d")])
        #expect(try socket.dump(list) { $0.type }.count == 5)
    }

    @Test func messageThatDoesNotFitIsRefusedBeforeItIsSent() throws {
        let socket = try PrivateNetwork().socket()
        let message = NetlinkMessage("too long", type: RTM_NEWLINK, capacity: 64) { message in
            message.putHeader(ifinfomsg())
            message.put(IFLA_IFALIAS, String(repeating: "x", count: 100))
        }
        #expect(throws: NetlinkError.self) { try socket.request(message) }
    }
}
