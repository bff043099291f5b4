import CShim
import Testing

@Suite("topo")
struct TopoTests {
    /// A host with two networks, a published port, a macvlan network, and namespaces that nobody but the test has made.
    private func furnished() throws -> FakeHost {
        let host = try FakeHost()
        try host.minirun(["network", "create", "--subnet", "10.5.0.0/24", "lab"])
        try host.minirun([
            "network", "create", "-d", "macvlan", "--subnet", "192.168.66.0/24", "--gateway", "192.168.66.1",
            "--ip-range",
            "192.168.66.192/27", "-o", "parent=ens33", "lan",
        ])
        try host.detached(["--name", "web", "-p", "8080:80"], ["sleep", "1000"])
        try host.detached(["--name", "db", "--network", "lab"], ["sleep", "1000"])
        try host.detached(["--name", "www", "--network", "lan"], ["sleep", "1000"])
        try host.detached(["--name", "still", "--network", "none"], ["sleep", "1000"])
        try host.run(
            """
            set -e
            ip netns add red
            ip link add v-red type veth peer name eth7 netns red
            ip address add 10.9.0.1/24 dev v-red && ip link set v-red up
            ip -n red address add 10.9.0.2/24 dev eth7 && ip -n red link set eth7 up
            """)
        return host
    }

    @Test("has in JSON what ip(8) has, in every namespace")
    func sameAsIP() throws {
        let host = try furnished()
        let script = """
            minirun topo --format json >/run/topo.json
            ours() {
                jq -r --arg name "$1" '.namespaces[] | select(.name == $name) | .interfaces[] | . as $i |
                    "\\(.name) \\(.index) \\(.mtu) \\(.mac) \\(.bridge)", (.addresses[] | "\\($i.name) \\(.)")' /run/topo.json
            }
            theirs() {
                "$@" ip -j address | jq -r '.[] | . as $i | "\\(.ifname) \\(.ifindex) \\(.mtu) \\(.address) \\(.master)",
                    (.addr_info[] | "\\($i.ifname) \\(.local)/\\(.prefixlen)")'
            }
            compare() {
                name=$1; shift
                ours "$name" | sort >/run/ours; theirs "$@" | sort >/run/theirs
                [ -s /run/ours ] && diff /run/ours /run/theirs && echo "$name"
            }
            compare host
            for name in web db www still; do
                compare $name nsenter -t "$(minirun inspect -f '{{.State.Pid}}' $name)" -n
            done
            for name in red gw ext; do compare $name ip netns exec $name; done
            """
        let outcome = try host.run(script)
        #expect(outcome.output == "host\nweb\ndb\nwww\nstill\nred\ngw\next\n", "\(outcome)")

        // A cable's other end is the interface whose number the kernel gives; of www the card, which has the same number.
        let cables = try host.run(
            "jq -r '.cables[] | map(\"\\(.name):\\(.interface)\") | sort | join(\" \")' /run/topo.json | sort")
        for (name, interface) in [("web", "eth0"), ("db", "eth0"), ("www", "eth0")] {
            let number = try host.run(
                """
                nsenter -t "$(minirun inspect -f '{{.State.Pid}}' \(name))" -n ip -j link show \(interface) | jq .[0].link_index
                """
            ).line
            let there = try host.run("ip -j link | jq -r '.[] | select(.ifindex == \(number)) | .ifname'").line
            let ends = ["host:\(there)", "\(name):\(interface)"].sorted().joined(separator: " ")
            #expect(cables.output.contains(ends + "\n"), "\(ends) in \(cables)")
        }
        #expect(cables.output.contains("host:v-red red:eth7\n"), "\(cables)")
        let ports = try host.run(
            "jq -r '.ports[] | \"\\(.hostPort) \\(.container) \\(.port)\"' /run/topo.json | sort -u")
        #expect(ports.line == "8080 web 80")
    }

    @Test("draws a router that has the bridges' addresses, bridges, and who is in them")
    func text() throws {
        let host = try furnished()
        let text = try host.minirun(["topo"]).output
        let boxes = text.split(separator: "\n").map(String.init)
        #expect(boxes.first?.contains("router · host") == true, "\(text)")
        let router = boxes.prefix { !$0.hasPrefix("╰") }.joined(separator: "\n")
        for words in [
            "ens33", "192.168.66.11/24", "172.17.0.1/16", "10.5.0.1/24", "→ 192.168.66.1",
            "10.5.0.0/24 leaves as 192.168.66.11",
            "0.0.0.0:8080/tcp → web 172.17.0.2:80", "↔ red eth7",
        ] {
            #expect(router.contains(words), "\(words) in\n\(router)")
        }
        #expect(!router.contains("minirun-lo0") && !router.contains("127.0.0.1"))
        let bridge = try #require(boxes.firstIndex { $0.contains("bridge minirun0 · network bridge") })
        #expect(boxes[bridge...].prefix(8).joined().contains("web"), "\(text)")
        let card = try #require(boxes.firstIndex { $0.contains("card ens33 · network lan") }, "\(text)")
        #expect(boxes[card...].prefix(5).joined().contains("www"), "\(text)")
        #expect(text.contains("not connected:\n  still"), "\(text)")
        #expect(!text.contains("\u{1b}"))
        #expect(try host.minirun(["topo", "--all"]).output.contains("minirun-lo0"))

        let narrow = try host.run("COLUMNS=40 minirun topo").output
        #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= 40 }, "\(narrow)")
        let chinese = try host.chinese("topo").output
        #expect(chinese.contains("路由器 · 主机") && chinese.contains("网桥 minirun0"), "\(chinese)")
        #expect(try host.run("LC_ALL=C LANG=zh_CN.UTF-8 minirun topo").output == text)
    }

    @Test("draws in grey the ports that Docker has published, and what it masquerades")
    func others() throws {
        let host = try FakeHost()
        try host.detached(["--name", "web", "-p", "8080:80"], ["sleep", "1000"])
        try host.run(
            """
            set -e
            ip link add docker0 type bridge; ip address add 172.18.0.1/16 dev docker0; ip link set docker0 up
            ip netns add theirs; ip link add v-theirs type veth peer name eth0 netns theirs
            ip link set v-theirs master docker0 up; ip -n theirs link set eth0 up
            ip -n theirs address add 172.18.0.2/16 dev eth0; ip -n theirs route add default via 172.18.0.1
            iptables -t nat -N DOCKER
            iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
            iptables -t nat -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
            iptables -t nat -A POSTROUTING -s 172.18.0.0/16 ! -o docker0 -j MASQUERADE
            iptables -t nat -A DOCKER -i docker0 -j RETURN
            iptables -t nat -A DOCKER ! -i docker0 -p tcp -m tcp --dport 8081 -j DNAT --to-destination 172.18.0.2:80
            """)
        let text = try host.minirun(["topo"]).output
        for words in [
            "172.17.0.0/16 leaves as 192.168.66.11", "172.18.0.0/16 leaves as 192.168.66.11",
            "0.0.0.0:8080/tcp → web 172.17.0.2:80", "0.0.0.0:8081/tcp → theirs 172.18.0.2:80", "⇐ 8081/tcp → 80",
        ] {
            #expect(text.contains(words), "\(words) in\n\(text)")
        }
        let svg = try host.minirun(["topo", "--format", "svg"]).output
        #expect(svg.contains("<tspan class=\"accent\">0.0.0.0:8080/tcp</tspan>"), "\(svg)")
        #expect(svg.contains("<tspan class=\"faint\">0.0.0.0:8081/tcp</tspan>"), "\(svg)")
        let ports = try host.run(
            "minirun topo --format json | jq -r '.ports[] | select(.chain) | \"\\(.table) \\(.chain) \\(.hostPort) \\(.container)\"'"
        )
        #expect(ports.line == "ip nat DOCKER 8081 theirs", "\(ports)")
    }

    @Test("shows the host's own interfaces to somebody without any right as well")
    func unprivileged() throws {
        let host = try FakeHost()
        let outcome = try host.run(
            """
            mkdir -m 755 /run/own && chown 65534:65534 /run/own
            MINIRUN_ROOT=/run/own/root MINIRUN_STATE=/run/own/state exec setpriv --reuid=65534 --regid=65534 \
                --clear-groups minirun topo
            """)
        #expect(outcome.status == 0 && outcome.output.contains("192.168.66.11/24"), "\(outcome)")
        // Root's containers are root's.
        #expect(try host.minirun(["network", "create", "lab"]).status == 0)
        let refused = try host.run("exec setpriv --reuid=65534 --regid=65534 --clear-groups minirun topo")
        #expect(refused.lastError.hasSuffix(": use sudo, or name one of your own with --state"), "\(refused)")
    }

    @Test("refuses a format that there is none of, and to watch what is no text")
    func refusals() throws {
        let host = try FakeHost()
        let unknown = try host.minirun(["topo", "--format", "png"])
        #expect(unknown.status != 0 && unknown.errors.contains("png"), "\(unknown)")
        #expect(unknown.errors.contains("mermaid"), "\(unknown)")
        #expect(try host.minirun(["topo", "--watch", "--format", "svg"]).status != 0)
    }

    @Test("draws again on a terminal what has changed, not too often, and leaves it as it was")
    func watch() throws {
        let host = try FakeHost()
        let terminal = try Terminal(rows: 50, columns: 90)
        let watch = try host.start("exec minirun topo --watch", input: .terminal(terminal.path))
        #expect(terminal.shows("router"), "\(terminal.screen())")
        #expect(terminal.screen().hasPrefix("\u{1b}[?1049h"))
        #expect(!terminal.screen().contains("br-new"))
        try host.run("ip link add br-new type bridge")
        #expect(terminal.shows("br-new"), "\(terminal.screen())")

        // A storm of changes is not drawn change by change.
        func drawn() -> Int {
            terminal.screen().split(separator: "\u{1b}[H", omittingEmptySubsequences: false).count - 1
        }
        let (before, start) = (drawn(), now())
        try host.run("for i in $(seq 40); do ip address add 10.77.0.$i/24 dev br-new; sleep 0.03; done")
        #expect(terminal.shows("10.77.0.40/24"), "\(terminal.screen())")
        let most = Int((now() - start) / 0.5) + 2
        #expect(drawn() - before >= 2 && drawn() - before <= most, "\(drawn() - before) of \(most)")

        terminal.resize(rows: 8, columns: 60)
        #expect(terminal.shows("enlarge the window"), "\(terminal.screen())")
        terminal.type("\u{3}")
        let leaving = "\u{1b}[?25h\u{1b}[?1049l"
        #expect(eventually { terminal.screen().hasSuffix(leaving) }, "\(terminal.screen().suffix(80))")
        try watch.wait()
        #expect(terminal.isCooked)
    }

    @Test("into a pipe watches without a trick, until nobody reads any more")
    func watchIntoPipe() throws {
        let host = try FakeHost()
        let watch = try host.start("exec minirun topo --watch")
        #expect(eventually { watch.output.hasPrefix("╭") })
        host.signal(watch, SIGINT)
        let interrupted = try watch.wait()
        #expect(interrupted.status == 0, "\(interrupted)")
        #expect(!interrupted.output.contains("\u{1b}"))
        let outcome = try host.run("minirun topo --watch | { sed -n '/^$/q;p'; }")
        #expect(
            outcome.output == (try host.minirun(["topo"]).output.split(separator: "\n\n").first.map { "\($0)\n" }),
            "\(outcome)")
    }

    @Test("is a picture in light and in dark", .enabled(if: Browser.program != nil, "needs chromium"))
    func picture() throws {
        let host = try furnished()
        try host.run("minirun topo --format svg >/run/topo.svg; minirun topo --format html >/run/topo.html")
        let browser = Browser(host: host)
        let document = try browser.document(of: "/run/topo.html")
        #expect(document.contains("id=\"bridge-minirun0\"") && document.contains(">web</text>"), "\(document)")
        for file in ["/run/topo.html", "/run/topo.svg"] {
            let light = try browser.look(of: file, isDark: false)
            let dark = try browser.look(of: file, isDark: true)
            #expect(light.colours > 50 && light.corner > 200, "\(file) \(light)")
            #expect(dark.colours > 50 && dark.corner < 60, "\(file) \(dark)")
            #expect(try browser.fetched(by: file) == "")
        }
    }

    @Test("is a graph that graphviz takes", .enabled(if: isInstalled("dot"), "needs dot (graphviz)"))
    func graphviz() throws {
        let host = try furnished()
        let outcome = try host.run("minirun topo --format dot | dot -Tplain | grep -c '^node'")
        // The router, the card and two bridges, four containers, gw, ext and red.
        #expect(outcome.line == "11" && outcome.errors == "", "\(outcome)")
    }

    @Test("is a flowchart for Mermaid")
    func mermaid() throws {
        let host = try furnished()
        let text = try host.minirun(["topo", "--format", "mermaid"]).output
        #expect(text.contains("\nflowchart TB\n  router[\"router (host)"))
        #expect(text.contains("router ---|\"172.17.0.1/16\"| bridge_2d_minirun0\n"), "\(text)")
        #expect(text.contains("<br/>ens33  192.168.66.11/24"), "\(text)")
    }
}
