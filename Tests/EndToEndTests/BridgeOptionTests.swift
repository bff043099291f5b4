import Testing

/// `network create -o` where it concerns the bridge and the interfaces; who reaches whom is in `IsolationTests`.
@Suite struct BridgeOptionTests {
    private let host: FakeHost

    init() throws { host = try FakeHost() }

    private func create(_ words: String...) throws {
        let made = try host.minirun(["network", "create"] + words)
        try #require(made.status == 0, "\(made)")
    }

    private func start(_ name: String, _ options: String...) throws {
        try host.detached(["--name", name] + options, ["sleep", "1000"])
    }

    @Test func hostBindingIsWherePortsArePublished() throws {
        try create("--subnet", "10.1.0.0/24", "-o", "com.docker.network.bridge.host_binding_ipv4=127.0.0.1", "one")
        let options = ["-p", "8080:80", "-p", "\(FakeHost.address):8082:80"]
        try host.detachedServer(["--name", "web", "--network", "one"] + options)
        #expect(try eventually { try host.fetch(as: .hostLoopback, port: 8080).status == 0 })
        #expect(try host.fetch(as: .hostAddress, port: 8080, within: 2).status != 0)
        #expect(try host.fetch(as: .neighbour, port: 8080, within: 2).status != 0)
        // Who names an address gets that one.
        #expect(try host.fetch(as: .neighbour, port: 8082).line.contains(FakeHost.neighbour))
        #expect(try host.minirun(["port", "web", "80/tcp"]).output.contains("127.0.0.1:8080\n"))
    }

    @Test func aBridgeWithoutAnAddressOfMinirun() throws {
        try create(
            "--subnet", "10.1.0.0/24", "-o", "inhibit_ipv4=true", "-o", "com.docker.network.bridge.name=mine", "one")
        try start("aa", "--network", "one")
        try start("bb", "--network", "one")
        #expect(try host.run("ip -o -4 addr show dev mine").output == "")
        #expect(try host.run(as: .container("aa"), "ping -c 1 -W 20 10.1.0.3").status == 0)
        #expect(try host.run(as: .container("aa"), "ping -c 1 -W 1 \(FakeHost.neighbour)").status != 0)
        try host.run("ip addr add 10.1.0.1/24 dev mine")
        #expect(try host.run(as: .container("aa"), "ping -c 1 -W 20 \(FakeHost.neighbour)").status == 0)
        // The address is the user's: the next start leaves it alone.
        try start("cc", "--network", "one")
        #expect(try host.run("ip -o -4 addr show dev mine").output.contains("10.1.0.1/24"))
    }

    @Test func namesAndSizesAreAsTheyWereGiven() throws {
        try create(
            "--subnet", "10.1.0.0/24", "-o", "com.docker.network.bridge.name=lab0", "-o",
            "com.docker.network.driver.mtu=1400", "-o", "com.docker.network.container_iface_prefix=lan", "one")
        try create("--subnet", "10.2.0.0/24", "two")
        try start("aa", "--network", "one", "--network", "two")
        func mtu(_ asker: Asker, _ name: String) throws -> String {
            try host.run(as: asker, "ip -o link show dev \(name) | grep -o 'mtu [0-9]*'").line
        }
        #expect(try mtu(.host, "lab0") == "mtu 1400")
        #expect(try mtu(.container("aa"), "lan0") == "mtu 1400")
        #expect(try host.run(as: .container("aa"), "ip -o -4 addr show dev lan0").output.contains("10.1.0.2/24"))
        let names = try host.run(as: .container("aa"), "ip -o -4 addr | awk '$2 != \"lo\" { print $2 }'").output
        #expect(names.split(separator: "\n").sorted() == ["eth0", "lan0"] || names == "lan0\neth1\n", "\(names)")
        #expect(try host.minirun(["rm", "-f", "aa"]).status == 0)
        #expect(try host.minirun(["network", "rm", "one"]).status == 0)
        #expect(try host.run("ip link show dev lab0").status != 0)
    }

    @Test func anInterfaceOfSomebodyElseIsNotTaken() throws {
        let look = "ip -o link show dev ens33; ip -o addr show dev ens33"
        let before = try host.run(look).output
        let made = try host.minirun(["network", "create", "-o", "com.docker.network.bridge.name=ens33", "one"])
        #expect(made.status == 1 && made.errors.contains("ens33"), "\(made)")
        #expect(try host.minirun(["network", "inspect", "one"]).status == 1)
        // One that comes later is met by the start.
        try create("--subnet", "10.1.0.0/24", "-o", "com.docker.network.bridge.name=late", "two")
        try host.run("ip link del dev late; ip link add late type veth peer name late1")
        let outcome = try host.runContainer(["--rm", "--network", "two"], "true")
        #expect(outcome.status == 125 && outcome.errors.contains("late"), "\(outcome)")
        #expect(try host.minirun(["network", "rm", "two"]).status == 0)
        #expect(try host.run("ip link show dev late").status == 0)
        try host.run("ip link del dev late")
        #expect(try host.run(look).output == before)
        #expect(try host.run("ping -c 1 -W 20 \(FakeHost.neighbour)").status == 0)
    }
}
