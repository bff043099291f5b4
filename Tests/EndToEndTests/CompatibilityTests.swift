import CShim
import Testing

/// `docs/docker-compatibility.md`, row by row.
private struct Row {
    let command: String
    let flag: String
    let answer: String
    let example: [String]

    static let all: [Row] = {
        var command = ""
        var rows: [Row] = []
        for line in contents(of: "\(Places.package)/docs/docker-compatibility.md").split(separator: "\n") {
            if line.hasPrefix("## docker ") { command = String(line.dropFirst("## docker ".count)) }
            let cells = line.split(separator: "|").map { trimmed(String($0)).replacing("`", with: "") }
            guard line.hasPrefix("| `--"), cells.count >= 3 else { continue }
            rows.append(
                Row(
                    command: command, flag: cells[0], answer: cells[1],
                    example: cells[2].split(separator: " ").map(String.init)))
        }
        return rows
    }()
}

@Suite("The table of compatibility")
struct CompatibilityTests {
    @Test("has a row for each of Docker's flags, and every row says yes, no or differs")
    func isWhole() {
        let rows = Set(Row.all.map { "\($0.command) \($0.flag)" })
        let flags = contents(of: "\(Places.package)/Tests/docker-flags.txt").split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
        #expect(flags.count > 140)
        for flag in flags { #expect(rows.contains(String(flag)), "no row for \(flag)") }
        for row in Row.all {
            #expect(["yes", "no", "differs"].contains(row.answer), "\(row)")
            #expect(row.example.contains { $0 == row.flag || $0.hasPrefix(row.flag + "=") }, "\(row)")
        }
    }

    @Test("is right about what is not there")
    func refusals() throws {
        let host = try FakeHost()
        let root = try Places.busybox.get()
        let rows = Row.all.filter { $0.answer == "no" }
        #expect(rows.count > 30)
        for row in rows {
            let rest = row.command == "run" ? [root, "true"] : ["some", "thing"]
            let outcome = try host.minirun(row.command.split(separator: " ").map(String.init) + row.example + rest)
            #expect(outcome.status == 125 && outcome.output == "", "\(row): \(outcome)")
            #expect(outcome.errors.contains("minirun: \(row.flag) is not supported: "), "\(row): \(outcome)")
        }
    }

    @Test(
        "is right about what run has",
        .enabled(if: geteuid() == 0, "needs real root: a user's host has no control groups"))
    func runs() throws {
        let host = try FakeHost()
        try prepare(host)
        let root = try Places.busybox.get()
        for row in Row.all where row.command == "run" && row.answer != "no" {
            var options = row.example
            if !options.contains(where: { $0.hasPrefix("--network") || $0.hasPrefix("--publish") }) {
                options += ["--network", "none"]
            }
            if row.flag == "--volumes-from" {
                try host.minirun(["create", "--name", "db", "-v", "/data", root, "true"])
            }
            let outcome = try host.minirun(["run"] + options + [root, "true"])
            #expect(outcome.status == 0, "\(row): \(outcome)")
            #expect(try host.run("for c in $(minirun ps -aq); do minirun rm -f $c; done").status == 0)
        }
    }

    @Test("is right about what ps and network have")
    func others() throws {
        let host = try FakeHost()
        try prepare(host)
        for row in Row.all where row.command != "run" && row.answer != "no" {
            var words = row.command.split(separator: " ").map(String.init) + row.example
            switch row.command {
            case "network create": words.append("passing")
            case "network connect": words += ["other", "member"]
            case "network disconnect":
                _ = try host.minirun(["network", "connect", "other", "member"])
                words += ["other", "member"]
            case "network inspect": words.append("compat")
            case "network rm": words.append("nobody")
            default: break
            }
            let outcome = try host.minirun(words)
            #expect(outcome.status == 0, "\(row): \(outcome)")
            try host.run("minirun network rm -f passing; minirun network disconnect other member 2>/dev/null || :")
            try prepareNetworks(host)
        }
    }

    private func prepare(_ host: FakeHost) throws {
        let filter = #"{"defaultAction":"SCMP_ACT_ALLOW"}"#
        let made = try host.run(
            "mkdir /run/compat && echo A=1 >/run/compat/env && echo \"$1\" >/run/compat/seccomp.json", [filter])
        #expect(made.status == 0, "\(made)")
        try prepareNetworks(host)
        try host.detached(["--net", "compat", "--name", "member"], ["sleep", "1000"])
    }

    /// `network prune` takes away those that nobody is in.
    private func prepareNetworks(_ host: FakeHost) throws {
        for (name, number) in [("compat", 9), ("other", 8)] {
            let create = "minirun network inspect \(name) >/dev/null 2>&1 || minirun network create --ipv6 "
            let made = try host.run(
                create + "--subnet 10.\(number).0.0/16 --subnet fd00:\(number)::/64 \(name)")
            #expect(made.status == 0, "\(made)")
        }
    }
}
