import Namespaces
import NetSetup
import Testing

@testable import MiniRun

@Suite("Ports of ps")
struct DisplayablePortsTests {
    /// `80/tcp` is exposed, `1.2.3.4:80->80/tcp` published.
    private func text(_ ports: String) throws -> String {
        var published: [PublishedPort] = []
        var exposed: [ContainerPort] = []
        for port in ports.split(separator: " ").map(String.init) {
            guard let arrow = port.firstRange(of: "->") else {
                exposed.append(try ContainerPort(parsing: port))
                continue
            }
            let host = port[..<arrow.lowerBound]
            let colon = try #require(host.lastIndex(of: ":"))
            published.append(
                PublishedPort(
                    container: try ContainerPort(parsing: String(port[arrow.upperBound...])),
                    hostAddress: try #require(IPAddress(host[..<colon].filter { $0 != "[" && $0 != "]" })),
                    hostPort: try #require(UInt16(host[host.index(after: colon)...]))))
        }
        return DisplayablePorts.text(published: published, exposed: exposed)
    }

    @Test(
        "are merged and sorted as docker/cli does it",
        arguments: [
            ("", ""), ("9988/tcp", "9988/tcp"), ("9988/udp", "9988/udp"), ("9998/udp 9999/udp", "9998-9999/udp"),
            ("1.2.3.4:8899->9988/tcp", "1.2.3.4:8899->9988/tcp"), ("1.2.3.4:9988->9988/tcp", "1.2.3.4:9988->9988/tcp"),
            ("4.3.2.1:9999->9999/tcp 4.3.2.1:9998->9998/tcp", "4.3.2.1:9998-9999->9998-9999/tcp"),
            ("1.2.3.4:8887->9998/udp 1.2.3.4:8888->9999/udp", "1.2.3.4:8887->9998/udp, 1.2.3.4:8888->9999/udp"),
            ("1.2.3.4:7766->6677/tcp 9988/udp", "9988/udp, 1.2.3.4:7766->6677/tcp"),
            (
                "1.2.3.4:8899->9988/udp 1.2.3.4:8899->9988/tcp 4.3.2.1:3322->2233/tcp",
                "4.3.2.1:3322->2233/tcp, 1.2.3.4:8899->9988/tcp, 1.2.3.4:8899->9988/udp"
            ),
            ("0.0.0.0:80->80/tcp [::]:80->80/tcp", "0.0.0.0:80->80/tcp, [::]:80->80/tcp"),
            (
                "0.0.0.0:7000->7000/tcp 0.0.0.0:7001->7001/tcp 0.0.0.0:7002->7002/tcp 80/tcp 7001/tcp",
                "80/tcp, 0.0.0.0:7000-7002->7000-7002/tcp"
            ),
            ("80/tcp 82/tcp 83/tcp", "80/tcp, 82-83/tcp"),
            (
                "80/tcp 1024/tcp 80/udp 1024/udp 12345/sctp 1.1.1.1:80->1025/tcp 1.1.1.1:1024->81/udp",
                "80/tcp, 80/udp, 1024/tcp, 1024/udp, 12345/sctp, 1.1.1.1:1024->81/udp, 1.1.1.1:80->1025/tcp"
            ),
        ])
    func merged(ports: String, expected: String) throws {
        #expect(try text(ports) == expected)
    }
}

@Suite("The list of containers")
struct PsTableTests {
    private static let now = Timestamp(seconds: 1_795_572_184)

    private static func container() -> ContainerListing {
        var container = ContainerListing(
            id: String(repeating: "0123456789abcdef", count: 4), name: "web", image: "nginx",
            command: ContainerListing.command(["nginx", "-g", "daemon off;"]),
            created: Timestamp(seconds: now.nanoseconds / 1_000_000_000 - 7200),
            status: ContainerStatus(.running, started: Timestamp(nanoseconds: now.nanoseconds - 180_000_000_000)))
        if let any = IPAddress("0.0.0.0") {
            container.ports = [PublishedPort(container: ContainerPort(80), hostAddress: any, hostPort: 8080)]
        }
        container.labels = ["b": "2", "com.x.some-thing_else": "1"]
        container.mounts = [
            .init(name: "data", source: "/v/data", destination: "/d"),
            .init(source: "/srv/a/very/long/path", destination: "/p"),
        ]
        container.networks = [.init(name: "bridge"), .init(name: "lab", id: "abcd")]
        return container
    }

    private func text(_ format: String?, shortened: Bool = true, size: ContainerListing.Size? = nil) throws -> String {
        var container = Self.container()
        container.size = size
        return try PsTable.text([container], ListingOptions(format: format, isShortened: shortened, now: Self.now))
    }

    @Test("without options")
    func table() throws {
        #expect(
            try text(nil) == """
                CONTAINER ID   IMAGE     COMMAND                  CREATED       STATUS         PORTS                  NAMES
                0123456789ab   nginx     "nginx -g 'daemon of…"   2 hours ago   Up 3 minutes   0.0.0.0:8080->80/tcp   web

                """)
        #expect(
            try PsTable.text([], ListingOptions())
                == "CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES\n")
        #expect(try PsTable.text([], ListingOptions(), showsSize: true).hasSuffix("NAMES     SIZE\n"))
    }

    @Test(
        "every field",
        arguments: [
            (".ID", "CONTAINER ID", "0123456789ab"), (".Image", "IMAGE", "nginx"),
            (".Command", "COMMAND", "\"nginx -g 'daemon of…\""), (".RunningFor", "CREATED", "2 hours ago"),
            (".Ports", "PORTS", "0.0.0.0:8080->80/tcp"), (".State", "STATE", "running"),
            (".Status", "STATUS", "Up 3 minutes"), (".Size", "SIZE", "0B"), (".Names", "NAMES", "web"),
            (".Labels", "LABELS", "b=2,com.x.some-thing_else=1"), (".Label \"b\"", "b", "2"),
            (".Label \"com.x.some-thing_else\"", "some thing else", "1"), (".Label \"c\"", "c", ""),
            (".Mounts", "MOUNTS", "data,/srv/a/very/lo…"), (".LocalVolumes", "LOCAL VOLUMES", "1"),
            (".Networks", "NETWORKS", "bridge,lab"), (".Platform", "PLATFORM", "<no value>"),
        ])
    func fields(field: String, heading: String, value: String) throws {
        #expect(try text("table {{\(field)}}") == "\(heading)\n\(value)\n")
    }

    @Test("in full, with sizes, and as JSON")
    func whole() throws {
        #expect(try text("{{.ID}} {{.Command}}", shortened: false).hasPrefix("0123456789abcdef0123"))
        #expect(try text("{{.Command}}", shortened: false) == "\"nginx -g 'daemon off;'\"\n")
        #expect(try text("{{.Mounts}}", shortened: false) == "data,/srv/a/very/long/path\n")
        #expect(try text("{{.Size}}", size: .init(own: 2_350_000, whole: 0)) == "2.35MB\n")
        #expect(try text("{{.Size}}", size: .init(own: 0, whole: 1_500)) == "0B (virtual 1.5kB)\n")
        let json = try JSONValue(parsing: text("json"))
        let keys = try json.entries { $0 }.keys.sorted()
        #expect(keys == PsTable.listing.fields.map(\.key))
        #expect(json["Names"] == "web")
        #expect(json["CreatedAt"] == .string(Self.container().created.goText(in: .at(Self.now))))
        #expect(PsTable.needsSize(ListingOptions(format: "json")))
        #expect(!PsTable.needsSize(ListingOptions()))
        #expect(!PsTable.needsSize(ListingOptions(format: "{{.Size}}", quiet: true)))
    }

    @Test("a field that Docker does not have is refused, with or without containers")
    func unknown() {
        #expect(
            throws: UsageError(
                "failed to execute template: template: :1:2: executing \"\" at <.Nope>: "
                    + "can't evaluate field Nope in type *formatter.ContainerContext")
        ) { try PsTable.text([], ListingOptions(format: "{{.Nope}}")) }
    }

    @Test(
        "how a container stands",
        arguments: [
            (ContainerStatus(.created), "Created"), (ContainerStatus(.running, started: ago(5)), "Up 5 seconds"),
            (ContainerStatus(.running, started: ago(180), health: .healthy), "Up 3 minutes (healthy)"),
            (ContainerStatus(.running, started: ago(180), health: .starting), "Up 3 minutes (health: starting)"),
            (ContainerStatus(.running, started: ago(0), health: .unhealthy), "Up Less than a second (unhealthy)"),
            (ContainerStatus(.paused, started: ago(180), health: .healthy), "Up 3 minutes (Paused)"),
            (
                ContainerStatus(.restarting, started: ago(9), finished: ago(2), exitCode: 1),
                "Restarting (1) 2 seconds ago"
            ),
            (ContainerStatus(.exited, started: ago(9), finished: ago(4)), "Exited (0) 4 seconds ago"),
            (
                ContainerStatus(.exited, started: ago(9), finished: ago(-4), exitCode: 137),
                "Exited (137) Less than a second ago"
            ),
            (ContainerStatus(.removing), "Removal In Progress"), (ContainerStatus(.dead), "Dead"),
        ])
    func status(status: ContainerStatus, expected: String) {
        #expect(status.text(now: Self.now) == expected)
    }

    private static func ago(_ seconds: Int64) -> Timestamp {
        Timestamp(nanoseconds: now.nanoseconds - seconds * 1_000_000_000)
    }
}
