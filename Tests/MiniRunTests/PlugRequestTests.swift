import Namespaces
import NetSetup
import Testing

@testable import MiniRun

struct PlugRequestTests {
    @Test(
        "understands pipework's words",
        arguments: [
            ("br1 web 192.168.1.1/24", "192.168.1.1/24", nil, nil),
            ("br1 web 192.168.1.1/24@192.168.1.254", "192.168.1.1/24", "192.168.1.254", nil),
            ("br1 web fd00::1/64@fd00::2 02:00:00:00:00:01", "fd00::1/64", "fd00::2", "02:00:00:00:00:01"),
            ("br1 web 0/0", nil, nil, nil),
            ("br1 web 0/0 U:web", nil, nil, "02:7c:3f:f5:1d:8f"),
        ] as [(String, String?, String?, String?)])
    func words(text: String, address: String?, gateway: String?, mac: String?) throws {
        let request = try PlugRequest(parsing: text.words)
        #expect(request.bridge == "br1" && request.container == "web")
        #expect(request.address?.description == address)
        #expect(request.gateway?.description == gateway)
        if text.contains("U:") {
            #expect(request.mac == MACAddress(stableFor: "web") && request.mac?.bytes[0] == 0x02)
        } else {
            #expect(request.mac?.description == mac)
        }
    }

    @Test(
        "says what is wrong with others",
        arguments: [
            ("br1 web 10.0.0.2", "The IP address should include a netmask.\nMaybe you meant 10.0.0.2/24 ?"),
            ("br1 web 10.0.0.2@10.0.0.1", "The IP address should include a netmask.\nMaybe you meant 10.0.0.2/24 ?"),
            ("br1 web fd00::2", "The IP address should include a netmask.\nMaybe you meant fd00::2/64 ?"),
            ("br1 web 10.0.0.2/33", "invalid address: 10.0.0.2/33"), ("br1 web x/24", "invalid address: x/24"),
            ("br1 web 0.0.0.0/24", "invalid address: 0.0.0.0/24"),
            ("br1 web 224.0.0.1/24", "invalid address: 224.0.0.1/24"),
            ("br1 web ff02::1/64", "invalid address: ff02::1/64"),
            ("br1 web 10.0.0.2/24@", "invalid gateway: "),
            ("br1 web 10.0.0.2/24@10.0.0.2", "invalid gateway: 10.0.0.2"),
            ("br1 web 10.0.0.2/24@fd00::1", "invalid gateway: fd00::1"),
            ("br1 web 0/0@10.0.0.1", "a gateway needs an address: 0/0@10.0.0.1"),
            ("br1 web 10.0.0.2/24 01:00:00:00:00:01", "invalid MAC address: 01:00:00:00:00:01"),
            ("br1 web 10.0.0.2/24 me", "invalid MAC address: me"),
            ("br1 web", "plug needs BRIDGE CONTAINER ADDRESS/LENGTH[@GATEWAY] and perhaps a MAC address"),
            ("tc web qdisc", "plug has no 'tc': run it in the container's network: minirun netns exec web tc qdisc"),
            ("rule", "plug has no 'rule': run it in the container's network: minirun netns exec CONTAINER ip rule"),
        ])
    func refusals(text: String, sentence: String) {
        let error = #expect(throws: UsageError.self) { try PlugRequest(parsing: text.words) }
        #expect(error?.message == sentence)
    }

    @Test(
        "takes only what the kernel takes for an interface's name",
        arguments: ["", "a b", "a/b", "a:b", ".", "0123456789abcdef"])
    func names(name: String) {
        #expect(throws: UsageError.self) { try PlugRequest(parsing: ["br1", "web", "0/0"], interface: name) }
        #expect(throws: UsageError.self) { try PlugRequest(parsing: ["br1", "web", "0/0"], hostInterface: name) }
    }
}
