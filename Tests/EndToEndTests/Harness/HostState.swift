/// What a host has: everything that a container could leave behind, as sorted lines.
struct HostState: Equatable, CustomStringConvertible {
    var links: [String] = []
    var addresses: [String] = []
    var routes: [String] = []
    var ruleset: [String] = []
    var mounts: [String] = []
    var files: [String] = []
    var processes: [String] = []

    /// The lines that only one of the two has, marked with the side.
    func difference(to other: HostState) -> String {
        let (mine, theirs) = (Set(lines), Set(other.lines))
        return
            (lines.filter { !theirs.contains($0) }.map { "- \($0)" }
            + other.lines.filter { !mine.contains($0) }.map { "+ \($0)" }).joined(separator: "\n")
    }

    var description: String { lines.joined(separator: "\n") }

    private var lines: [String] {
        [
            ("link", links), ("address", addresses), ("route", routes), ("rule", ruleset), ("mount", mounts),
            ("file", files), ("process", processes),
        ].flatMap { name, lines in lines.map { "\(name): \($0)" } }
    }
}

extension FakeHost {
    /// Reads the host's state with ip(8), nft(8) and ls(1): witnesses that are not minirun.
    func state() throws -> HostState {
        let outcome = try run(
            """
            section() { echo "@@@ $1"; }
            section links; ip -o link | cut -d: -f2- | cut -d'\\' -f1
            section addresses; ip -o addr | cut -d' ' -f2- | cut -d'\\' -f1
            section routes; ip route show table all; ip -6 route show table all
            section ruleset; nft list ruleset
            section mounts; cut -d' ' -f4- /proc/self/mountinfo
            section files; find "$MINIRUN_ROOT" "$MINIRUN_STATE" 2>/dev/null
            section processes
            for entry in /proc/[0-9]*; do
                number=${entry#/proc/}
                [ "$number" = $$ ] || { read -r name < "$entry/comm" && echo "$number $name"; } 2>/dev/null
            done
            """)
        var state = HostState()
        var section = ""
        for line in outcome.output.split(separator: "\n").map(String.init) {
            if line.hasPrefix("@@@ ") {
                section = String(line.dropFirst(4))
                continue
            }
            switch section {
            case "links": state.links.append(line)
            case "addresses": state.addresses.append(line)
            // Link-local and multicast routes of IPv6 come when duplicate address detection is through: not minirun's.
            case "routes": if !line.contains("fe80::") && !line.contains("ff00::/8") { state.routes.append(line) }
            case "ruleset": state.ruleset.append(line)
            case "mounts": state.mounts.append(line)
            case "files": state.files.append(line)
            default: state.processes.append(line)
            }
        }
        state.addresses.removeAll { $0.contains("fe80::") }
        // Whether a bridge has a carrier depends on its ports, and some routes on the carrier; the ports are looked at.
        state.links = state.links.map { $0.replacing(#/NO-CARRIER,|,LOWER_UP|state [A-Z]+ /#, with: "") }
        state.routes = state.routes.map { $0.replacing(" linkdown", with: "") }
            .filter { !($0.contains(" dev minirun0 ") && $0.contains("::/64")) }
        state.links.sort()
        state.addresses.sort()
        state.routes.sort()
        state.mounts.sort()
        state.files.sort()
        return state
    }

    /// The state once nothing moves any more and no container is connected: a namespace that dies takes its veth along a
    /// little later, and on a busy machine that may take longer than two looks.
    func quietState() throws -> HostState {
        var last = try state()
        for _ in 0..<40 {
            pause(0.08)
            let next = try state()
            if next == last, !next.links.contains(where: { $0.contains(/\bmr[0-9a-f]{8}@/) }) { return next }
            last = next
        }
        return last
    }

    /// The state once it equals `expected`, or the one that it still has after a while.
    ///
    /// A dying namespace takes its veth along a little later (an RCU grace period), hence the patience.
    func settledState(like expected: HostState, within seconds: Double = 20) throws -> HostState {
        try poll(within: seconds, every: 0.05, until: { $0 == expected }, { try state() })
    }
}
