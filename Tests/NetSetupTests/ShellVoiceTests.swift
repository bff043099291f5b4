import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

/// The shell lines of an explanation, run by hand, make what the steps make.
@Suite struct ShellVoiceTests {
    /// What can be compared of a namespace: numbers and random addresses left out.
    private struct State: Equatable {
        var links: [String]
        var addresses: [String]
        var routes: [String]

        init(_ socket: NetlinkSocket) throws {
            let links = try socket.links()
            let names = Dictionary(links.map { ($0.index, $0.name) }) { first, _ in first }
            self.links = links.map { link in
                // The outer end's address is the kernel's choice.
                let mac = link.name.hasPrefix("mr") ? "any" : "\(link.mac?.description ?? "none")"
                let master = link.master.flatMap { names[$0] } ?? "none"
                return "\(link.name) \(link.kind ?? "none") \(link.mtu) \(link.isUp) \(mac) \(master)"
            }.sorted()
            addresses = try socket.addresses().map { "\(names[$0.link] ?? "?") \($0.prefix)" }.sorted()
            routes = try socket.routes().map {
                "\($0.destination) \($0.gateway?.description ?? "-") \(names[$0.link ?? 0] ?? "?") \($0.table) \($0.type)"
            }.sorted()
        }
    }

    @Test(arguments: [1500, 1400, 1000]) func bridgeModeByHandIsTheSame(mtu: Int) throws {
        let (host, container) = (try PrivateNetwork(), try PrivateNetwork())
        let socket = try host.socket()
        var mode = try Attachment(name: "教 'x'", mtu: mtu, isolated: true)
        // The second is over what is set by itself.
        mode.sysctls = try ["net.ipv4.conf.IFNAME.log_martians=1", "net.ipv4.conf.IFNAME.arp_notify=0"]
            .map(InterfaceSysctl.init(parsing:))
        let stage = Stage()
        stage.leave(HostNetlink(socket))
        stage.leave(ContainerNetlink(NamespaceHandle(owning: OwnedDescriptor(owning: dup(container.descriptor)))))
        let steps = mode.networkSteps + mode.attachSteps
        try host.run {
            try Sysctl("net/ipv4/ip_forward").set("0")
            for step in steps { try step.apply(on: stage) }
        }

        let (host2, container2) = (try PrivateNetwork(), try PrivateNetwork())
        try host2.run { try Sysctl("net/ipv4/ip_forward").set("0") }
        let lines = steps.flatMap(\.explanation.shell)
        let me = getpid()
        let script =
            [
                "set -eu", "nsenter --net=/proc/\(me)/fd/\(container2.descriptor) sleep 60 & PID=$!",
                "trap 'kill $PID' EXIT",
                "while [ ! /proc/$PID/ns/net -ef /proc/\(me)/fd/\(container2.descriptor) ]; do sleep 0.01; done",
            ] + lines
        var template = Array("/tmp/minirun-voice-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            close(file)
            unlink(path)
        }
        let text = script.joined(separator: "\n") + "\n"
        #expect(write(file, text, text.utf8.count) == text.utf8.count)
        try #require(system("nsenter --net=/proc/\(me)/fd/\(host2.descriptor) bash \(path)") == 0, "\(text)")

        try expectAlike({ try State(socket) }, { try State(host2.socket()) })
        try expectAlike({ try State(container.socket()) }, { try State(container2.socket()) })
        #expect(try State(socket).links.count == 3)
        #expect(try host2.run { try Sysctl("net/ipv4/ip_forward").value() } == "1")
        for inside in [container, container2] {
            for (name, value) in [("log_martians", "1"), ("arp_notify", "0")] {
                #expect(try inside.run { try Sysctl("net/ipv4/conf/eth0/\(name)").value() } == value)
            }
        }
    }
}
