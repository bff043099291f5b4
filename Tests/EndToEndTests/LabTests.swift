import CShim
import Testing

/// Labs as a student does them: a world for each, looked at by what is built in it.
@Suite struct LabTests {
    /// A host on which nothing else is, where labs are started as on any machine: a playground within a playground.
    private let host: FakeHost
    /// For labs of its own: the worlds see the machine's directories, but not this host's /run.
    private let folder: TemporaryDirectory

    init() throws {
        host = try FakeHost()
        folder = try TemporaryDirectory()
    }

    /// Runs a script in the world of lab 1.
    private func lab(_ script: String, options: String = "") throws -> Outcome {
        try host.run("exec minirun lab start \(options) 1 -- sh -c \"$1\"", [script])
    }

    // MARK: Beginning and ending

    @Test func labsAreListed() throws {
        let list = try host.minirun(["lab", "ls"])
        #expect(list.output.hasPrefix("LAB "))
        // Each has its proof.
        #expect(list.output.split(separator: "\n").count == 1 + LabProofTests.labs.count + 1, "\(list)")
        for number in 1...12 { #expect(list.output.contains("\n\(number) "), "\(list)") }
    }

    @Test func nothingIsLeftOfHundredLabs() throws {
        let before = try host.state()
        let files =
            "ls -d /tmp/hello.* /tmp/minirun-sheet.* 2>/dev/null; ls /run/netns; ps -eo args | grep -c '[l]ab inside'"
        let seen = try host.run(files).output
        let script = """
            for i in $(seq 50); do
                minirun lab start 1 -- true & minirun lab start 2 -- minirun lab solve --with minirun >/dev/null & wait
            done
            """
        let outcome = try host.run(script, within: 300)
        #expect(outcome == Outcome(status: 0, output: "", errors: ""))
        let after = try host.settledState(like: before)
        #expect(after == before)
        #expect(try host.run(files).output == seen)
    }

    @Test func shellsExitCodeIsTheLabs() throws {
        #expect(try lab("exit 7").status == 7)
        // The code of a reset is nobody else's.
        #expect(try lab("exit 213").status == 1)
    }

    @Test func whatIsNoLabIsTold() throws {
        let unknown = try host.minirun(["lab", "start", "99"])
        #expect(unknown.status == 125 && unknown.lastError == "minirun: there is no lab 99; minirun lab ls shows them")
        let outside = try host.minirun(["lab", "check"])
        #expect(outside.status == 2 && outside.lastError == "minirun: no lab is running: minirun lab start 1")
        try host.run("mkdir -p \(folder.path)/13-bad && echo '{\"id\": 13' >\(folder.path)/13-bad/lab.json")
        let broken = try host.minirun(["lab", "start", "\(folder.path)/13-bad"])
        #expect(
            broken.status == 125 && broken.lastError.contains("\(folder.path)/13-bad/lab.json: unexpected end"),
            "\(broken)")
        let odd =
            "sed 's/\"check\": \"netns\"/\"check\": \"netz\"/' \(folder.path)/13-good/lab.json >\(folder.path)/13-bad/lab.json"
        #expect(try host.run("minirun lab new 13-good --directory \(folder.path) && \(odd)").status == 0)
        #expect(
            try host.minirun(["lab", "start", "\(folder.path)/13-bad"]).lastError.contains(
                "is no kind of check: \"netz\""))
    }

    @Test func missingKernelFeatureIsToldWithWhatCanBeDone() throws {
        // Many kernels have no ipvlan; where this one has, another that nobody has.
        let make = """
            minirun lab new 13-good --directory \(folder.path)
            sed -i 's/"minutes": 10,/&"needs": ["warp drive"], "instead": {"en": "Walk.", "zh": "走路。"},/' \(folder.path)/13-good/lab.json
            """
        #expect(try host.run(make).status == 0)
        let outcome = try host.minirun(["lab", "start", "\(folder.path)/13-good", "--", "true"])
        #expect(outcome.status == 125)
        #expect(
            outcome.errors
                == "minirun: lab 13 needs warp drive: minirun knows no such feature; --anyway starts it all the same\nWalk.\n",
            "\(outcome)")
        #expect(try host.minirun(["lab", "start", "--anyway", "\(folder.path)/13-good", "--", "true"]).status == 0)
    }

    // MARK: Checking

    @Test func checkTellsWhatIsMissingAndWhatIsSeen() throws {
        let nothing = try lab("minirun lab check; echo $?; minirun lab check -q; echo $?")
        #expect(nothing.output.contains("✘ r1  there is no /run/netns/r1") && nothing.output.hasSuffix("\n1\n1\n"))
        // Later steps are not told at length before one is there.
        #expect(!nothing.output.contains("r2-link  ") && nothing.output.contains("second  ✘ r2, r2-link"))
        let half = try lab(
            "minirun lab solve --without both-ends-up 2>/dev/null; ip -n r1 link set eth0 up; minirun lab check -a")
        #expect(half.output.contains("✘ r1-link  eth0 in r1 has no carrier"), "\(half)")
        let whole = try lab("minirun lab solve && minirun lab check --json")
        #expect(whole.output.contains("\"id\": \"r1-to-r2\"") && !whole.output.contains("\"complete\": true"))
        let table = try lab("minirun lab solve && minirun lab check --csv")
        #expect(table.output.contains("\n01-cable-and-switch,second,r1-to-r2,true,"), "\(table)")
    }

    @Test func anyWayToItCounts() throws {
        let script = """
            ip link add name br0 up type bridge; ip address add 10.0.0.111/24 dev br0
            for i in 1 2; do
                ip netns add r$i; ip link add port$i up master br0 type veth peer name eth0 netns r$i
                ip -n r$i -batch - <<END
            link set lo up
            link set eth0 up
            address add 10.0.0.1$i/24 dev eth0
            END
            done
            sleep 0.2; minirun lab check -a
            """
        let outcome = try lab(script)
        #expect(!outcome.output.contains("✘"), "\(outcome)")
    }

    @Test func otherSeedsHaveOtherNames() throws {
        let script = "minirun lab solve && minirun lab check -a | grep ✘; ip netns ls | cut -d' ' -f1 | sort | xargs"
        let outcome = try lab(script, options: "--seed 7")
        #expect(outcome.output.contains("ext gw") && !outcome.output.contains("r1"), "\(outcome)")
        #expect(!outcome.output.contains("✘"))
        #expect(try lab(script, options: "--seed 7").output == outcome.output)
        #expect(try lab(script).line == "ext gw r1 r2")
    }

    // MARK: Questions and hints

    @Test func predictionsAreMadeOnce() throws {
        let outcome = try lab(
            """
            minirun lab answer links-in-a-new-namespace 2; minirun lab answer links-in-a-new-namespace 1
            minirun lab check -a | grep links; minirun lab answer number-behind-at a; minirun lab answer number-behind-at c
            minirun lab answer links-in-a-new-namespace many; minirun lab answer nothing 1
            """)
        #expect(outcome.output.hasPrefix("You said “2”. It is otherwise:\nOne: lo, and it is down."))
        #expect(outcome.output.contains("Your prediction stays “2”."))
        #expect(outcome.output.contains("✔ links-in-a-new-namespace  answered “2”: not right"), "\(outcome)")
        #expect(outcome.output.contains("That is not it.") && outcome.output.contains("\nRight.\nThe other end"))
        #expect(outcome.errors.contains("\"many\" is no answer to links-in-a-new-namespace: a number"), "\(outcome)")
        #expect(outcome.errors.contains("lab 1 asks nothing called \"nothing\": "), "\(outcome)")
    }

    @Test func hintsGoFromANudgeToTheCommand() throws {
        let outcome = try lab(
            "for i in 1 2 3 4; do minirun lab hint; done; minirun lab hint second; minirun lab hint x")
        let lines = outcome.output.split(separator: "\n")
        #expect(
            lines[0].hasPrefix("namespace, hint 1 of 3: ") && lines[2] == "namespace, hint 3 of 3: `ip netns add r1`")
        #expect(lines[3].hasPrefix("These are all hints for namespace."), "\(outcome)")
        #expect(lines[4].hasPrefix("second, hint 1 of 3: "))
        #expect(outcome.errors.contains("lab 1 has no step \"x\": namespace, cable"))
    }

    @Test func hintsForWhatIsBrokenLeadToIt() throws {
        let outcome = try lab(
            """
            minirun lab solve --with minirun >/dev/null; minirun lab break port-detached >/dev/null
            for i in 1 2 3 4; do minirun lab hint; done; minirun lab break --undo >/dev/null; LANG=zh_CN.UTF-8 minirun lab hint x
            """)
        let lines = outcome.output.split(separator: "\n").filter { $0.contains("hint") }
        try #require(lines.count == 4, "\(outcome)")
        #expect(lines[0].hasPrefix("break, hint 1 of 3: it shows in "), "\(lines)")
        #expect(
            lines[1].hasPrefix("break, hint 2 of 3: it is one of ") && lines[1].contains("port-detached"), "\(lines)")
        #expect(lines[2].hasPrefix("break, hint 3 of 3: `minirun doctor r1` finds it, as cable"), "\(lines)")
        #expect(lines[3] == "These are all hints. `minirun lab break --undo` tells what it was, and takes it back.")
        #expect(outcome.errors.contains("实验 1 没有步骤 \"x\"：namespace, cable"), "\(outcome)")
    }

    @Test func solutionThatCannotGoOnSaysWhereItBegins() throws {
        let outcome = try lab("ip netns add r1; minirun lab solve")
        #expect(
            outcome.errors.contains("minirun: the solution stopped: it begins with the world as it was"), "\(outcome)")
    }

    @Test func sheetShowsRevealsOnceAnswered() throws {
        let outcome = try lab(
            "minirun lab sheet; minirun lab answer links-in-a-new-namespace 1 >/dev/null; minirun lab sheet")
        #expect(outcome.output.contains("minirun lab answer links-in-a-new-namespace"))
        #expect(outcome.output.components("One: lo, and it is down.") == 2, "\(outcome)")
        #expect(!outcome.output.contains("\u{1b}"))
        // Commands are not broken, all else is.
        let narrow = try lab("export COLUMNS=40; minirun lab sheet | grep -v '^    '; minirun lab check -a")
        let wide = narrow.output.split(separator: "\n").filter { line in
            line.count > 40 && line.contains(" ") && !line.contains("✘") && !line.contains("?")
        }
        #expect(wide.isEmpty, "\(wide)")
    }

    @Test func chineseIsSpoken() throws {
        let outcome = try lab(
            "export LANG=zh_CN.UTF-8; minirun lab check; minirun lab hint; minirun lab sheet; minirun lab ls")
        #expect(outcome.output.contains("实验 1：") && outcome.output.contains("一根网线，一台交换机"))
        #expect(outcome.output.contains("没有") && outcome.output.contains("提示 1 / 3"))
        #expect(!outcome.output.contains("not answered yet"), "\(outcome)")
    }

    // MARK: Breaking

    @Test func faultHasToBeNamedAndMended() throws {
        let outcome = try lab(
            """
            minirun lab break; minirun lab solve; minirun lab break port-detached
            minirun lab check -a; minirun lab answer faults wrong-mask port-detached; minirun lab answer faults port-detached
            ip link set veth1.2 master br0; ip address add 10.9.9.9/24 dev br0; sleep 0.2; minirun lab check -a; minirun lab check -a
            """)
        #expect(outcome.errors.contains("finish the lab first"), "\(outcome)")
        #expect(outcome.output.contains("Something is broken now.") && outcome.output.contains("0 of 1 mended"))
        #expect(outcome.errors.contains("1 of them, not 2: who names everything has named nothing"))
        #expect(outcome.output.contains("1 of 1 mended") && outcome.output.contains("it was port-detached, as you say"))
        #expect(outcome.output.contains("also changed: ") && outcome.output.contains("10.9.9.9/24"), "\(outcome)")
        // Two for the name, two for mending it, less what else was changed: the address and its route.
        #expect(outcome.output.contains("  2 of 4 points"), "\(outcome)")
    }

    @Test func whatIsBuiltByHandIsBrokenByHand() throws {
        let script = """
            minirun lab solve; minirun lab break wrong-masquerade; ip -n r1 route show default
            minirun lab break no-default-route; ip -n r1 route show default; minirun lab break --undo; ip -n r1 route show default
            """
        let outcome = try host.run("exec minirun lab start 2 -- sh -c \"$1\"", [script])
        #expect(
            outcome.errors.contains("wrong-masquerade cannot be made here")
                && outcome.errors.contains("(minirun lab reset, then minirun lab solve --with minirun)"), "\(outcome)")
        // There before, gone, and there again.
        #expect(outcome.output.components("default via 10.0.0.111") == 3, "\(outcome)")
        // What cannot be is not among what may be.
        #expect(
            outcome.output.contains("\n  stale-dnat ") && !outcome.output.contains("wrong-masquerade"), "\(outcome)")
    }

    @Test func namesThatAreWrongDoNotReadAsRight() throws {
        let outcome = try lab(
            "minirun lab solve; minirun lab break port-detached; minirun lab answer faults wrong-mask; minirun lab check -a"
        )
        #expect(outcome.output.components("you say: wrong-mask. Whether that is right, ") == 3, "\(outcome)")
        #expect(outcome.output.contains("? you say") && !outcome.output.contains("1 of 1"), "\(outcome)")
    }

    @Test func faultIsToldOnceTheStudentHasSaidWhatItWas() throws {
        let outcome = try lab(
            """
            minirun lab solve; minirun lab break port-detached; ip link set veth1.2 master br0; sleep 0.2
            minirun lab check -a; minirun lab hint; minirun lab report | jq -r '"told: " + .faults[].fault'
            minirun lab answer faults port-detached; minirun lab check -a; minirun lab report | jq -r '"told: " + .faults[].fault'
            """)
        let parts = outcome.output.components("It works again. What was it?")
        #expect(parts == 2 && outcome.output.contains("0 of 1 named: minirun lab answer faults WORD"), "\(outcome)")
        #expect(outcome.output.components("it was port-detached") == 2, "\(outcome)")
        #expect(outcome.output.components("told: unnamed") == 2 && outcome.output.hasSuffix("told: port-detached\n"))
        #expect(outcome.output.contains("  4 of 4 points"), "\(outcome)")
    }

    @Test func faultIsTakenBack() throws {
        let outcome = try lab(
            "minirun lab solve; minirun lab break --seed 3; minirun lab break --undo; sleep 0.2; minirun lab check -a")
        #expect(outcome.output.contains("It was ") && outcome.output.contains("Undone."))
        #expect(!outcome.output.contains("✘"), "\(outcome)")
    }

    @Test(arguments: [1, 2, 3]) func examHasFiveFaultsAndGivesNoHelp(seed: Int) throws {
        let script = """
            minirun lab check --json; minirun lab hint; minirun lab break --undo; minirun lab solve
            minirun lab answer faults $(jq -r '.faults[]' /run/lab/session.json) >/dev/null; minirun lab report | jq -r .faultPoints
            """
        let outcome = try host.run("exec minirun lab exam --seed \(seed) -- sh -c \"$1\"", [script])
        #expect(outcome.output.contains("\"faults\": 5") && outcome.output.contains("\"mended\": 0"), "\(outcome)")
        #expect(outcome.errors.split(separator: "\n").count { $0.hasPrefix("minirun: an exam") } == 3, "\(outcome)")
        // Named, not mended: else one could try all names.
        #expect(outcome.output.hasSuffix("\n0\n"), "\(outcome)")
        #expect(outcome.output.components("\"met\": false") > 5)
    }

    // MARK: From elsewhere

    @Test func anotherTerminalSeesTheLab() throws {
        let student = try host.start(
            "exec minirun lab start 1 -- sh -c 'minirun lab solve; echo ready; exec cat'", input: .pipe)
        #expect(eventually { student.output.hasSuffix("ready\n") })
        #expect(try eventually { try !host.run("minirun lab check -a").output.contains("✘") })
        let watch = try host.start("exec minirun lab watch")
        #expect(eventually { watch.output.contains("second") && watch.output.contains("br0") }, "\(watch.output)")
        host.signal(watch, SIGINT)
        try watch.wait()
        #expect(try host.run("minirun lab report | jq -r .student").line != "")
        student.closeInput()
        #expect(try student.wait().status == 0)
        #expect(try host.minirun(["lab", "check"]).status == 2)
    }

    @Test(arguments: [30, 10]) func watchFitsANarrowTerminal(rows: Int) throws {
        let terminal = try Terminal(rows: UInt16(rows), columns: 40)
        let watch = try host.start("exec minirun lab start 6 -- minirun lab watch", input: .terminal(terminal.path))
        #expect(terminal.shows("enlarge the window"), "\(terminal.screen())")
        let frame = terminal.screen().components(between: "\u{1b}[H").last ?? ""
        let lines = frame.components(between: "\r\n").map { line in
            let pieces = line.components(between: "\u{1b}[")
            // What stands behind the letter that ends an escape sequence.
            let text = pieces[0] + pieces.dropFirst().map { $0.drop { !$0.isLetter }.dropFirst() }.joined()
            // The terminal has put one before each line end.
            return text.filter { $0 != "\r" }
        }
        #expect(lines.first?.hasPrefix("lab 6: ") == true && lines.count <= rows, "\(frame)")
        for line in lines { #expect(line.count <= 40, "\(line)") }
        terminal.type("\u{3}")
        try watch.wait()
    }

    @Test func resetBeginsAnew() throws {
        let student = try host.start("exec minirun lab start 1 2>&1", input: .pipe)
        student.write("ip netns ls | grep -c r1; ip netns add r1; echo ready\n")
        #expect(eventually { student.output.hasSuffix("\n0\nready\n") }, "\(student.output)")
        student.write("minirun lab reset\n")
        #expect(eventually { student.output.components("One cable, one switch") == 3 }, "\(student.output)")
        student.write("ip netns ls | grep -c r1; echo again\n")
        #expect(eventually { student.output.hasSuffix("0\nagain\n") }, "\(student.output)")
        student.closeInput()
        #expect(try student.wait().status == 0)
        // With a command it would do the same for ever.
        #expect(try lab("minirun lab reset").lastError.contains("started with a command in place of the shell"))
    }

    @Test func solutionIsPlayedStepByStep() throws {
        let outcome = try lab("minirun lab solve --explain --with minirun")
        #expect(outcome.status == 0 && outcome.output.contains("\n$ minirun network create"), "\(outcome)")
        let help = try host.minirun(["lab", "solve", "--help"]).output
        #expect(help.contains("--explain says why") && !help.contains("--explained"), "\(help)")
    }

    @Test func easierLabIsAnotherLab() throws {
        let own = "\(folder.path)/01-cable-and-switch"
        let script = """
            cp -r \(Places.package)/labs/01-cable-and-switch \(own); sed -i 's/"weight": 2,/"weight": 1,/' \(own)/lab.json
            minirun lab start \(own) -- minirun lab report >/run/easy.json
            """
        #expect(try host.run(script).status == 0)
        let verdict = try host.minirun(["lab", "verify-report", "/run/easy.json"])
        #expect(verdict.status == 1 && verdict.output.contains("other lab"), "\(verdict)")
    }

    /// A process that looks like a lab's first one, but was started by nobody's `lab start`, is not entered.
    @Test func impostorIsNotEntered() throws {
        try host.run(
            "mkdir -p /run/i && cd /run/i && echo 'sleep 100' >lab && (setsid unshare -m sh lab inside >/dev/null 2>&1 &) && sleep 0.3"
        )
        #expect(try host.run("pgrep -f 'sh lab inside'").status == 0)
        #expect(try host.minirun(["lab", "check"]).status == 2)
    }

    // MARK: Teachers

    @Test func reportsAreVerified() throws {
        try host.run("mkdir -p /run/reports")
        let made = try lab("minirun lab solve; minirun lab report", options: "--student Li")
        try host.run(
            "printf %s \"$1\" >/run/reports/a.json; sed 's/\"points\": [0-9]*/\"points\": 99/' /run/reports/a.json >/run/reports/b.json",
            [made.output])
        let good = try host.minirun(["lab", "verify-report", "/run/reports/a.json"])
        #expect(good.status == 0 && good.output.contains(" yes ") && good.output.contains(" Li "), "\(good)")
        let both = try host.minirun([
            "lab", "verify-report", "--csv", "/run/reports/a.json", "/run/reports/b.json", "/etc/passwd",
        ])
        #expect(both.status == 1 && both.output.contains("a.json,yes,Li,01-cable-and-switch,0,"), "\(both)")
        #expect(both.output.contains("b.json,NO,Li,") && both.output.contains("/etc/passwd,NO,"), "\(both)")
        // What is wrong with a file is nobody's name.
        let none = try host.minirun(["lab", "verify-report", "/run/reports/none"])
        let header = none.output.prefix { $0 != "\n" }
        #expect(header.hasSuffix("TIME      PROBLEM") && !good.output.contains("PROBLEM"), "\(none)")
        #expect(
            none.output.split(separator: "\n").last?.dropFirst(header.count - 7).contains("read /run/reports/none")
                == true)
        let other = try host.run("MINIRUN_LAB_KEY=2026 minirun lab verify-report /run/reports/a.json")
        #expect(other.status == 1, "\(other)")
    }

    @Test("is a site that a browser shows", .enabled(if: Browser.program != nil, "needs chromium"))
    func site() throws {
        let outcome = try host.run("minirun lab export --html /run/site", within: 200)
        #expect(outcome.status == 0, "\(outcome)")
        // A page for each lab and the exam in each language, and a list in each.
        #expect(try host.run("ls /run/site | wc -l").line == "\(2 * (LabProofTests.labs.count + 1) + 2)")
        // Every lab could be played: a drawing before and after.
        #expect(try host.run("grep -c '<figure><svg' /run/site/01-cable-and-switch.en.html").line == "2")
        let browser = Browser(host: host)
        for (file, word) in [("index.html", "One cable"), ("01-cable-and-switch.zh.html", "网桥")] {
            let path = "/run/site/\(file)"
            #expect(try browser.document(of: path).contains(word))
            let light = try browser.look(of: path, isDark: false)
            let dark = try browser.look(of: path, isDark: true)
            #expect(light.corner > 200 && dark.corner < 60 && light.colours > 20, "\(file) \(light) \(dark)")
        }
        // Nothing is fetched from elsewhere, and no link leads nowhere.
        let links =
            "cd /run/site && for page in $(grep -ho 'href=\"[^\"]*\"' *.html | cut -d'\"' -f2 | sort -u); do "
            + "case $page in \\#*) ;; http*) echo \"$page\" ;; *) [ -e \"$page\" ] || echo \"$page\" ;; esac; done"
        let odd = try host.run(links).output.split(separator: "\n").filter { !$0.hasPrefix("https://") }
        #expect(odd.isEmpty, "\(odd)")
        #expect(try host.run("grep -l '<script\\|src=' /run/site/*.html").output == "")
    }

    @Test func newLabWorks() throws {
        #expect(
            try host.minirun(["lab", "new", "13-firewalls", "--directory", "\(folder.path)"]).line
                == "\(folder.path)/13-firewalls")
        let proof = try host.minirun(["lab", "test", "\(folder.path)/13-firewalls"])
        #expect(proof.status == 0 && proof.output.contains("✔ fault lo-down"), "\(proof)")
        #expect(try host.minirun(["lab", "new", "13-firewalls", "--directory", "\(folder.path)"]).status == 125)
        #expect(try host.minirun(["lab", "new", "Firewalls"]).lastError.contains("is no name of a lab"))
        // A lab that does not do what it says is found out.
        try host.run("sed -i 's/-> loopback/-> exists/' \(folder.path)/13-firewalls/by-hand.sh")
        let wrong = try host.minirun(["lab", "test", "\(folder.path)/13-firewalls"])
        #expect(wrong.status == 1 && wrong.output.contains("exists should fail, and is met"), "\(wrong)")
    }
}

extension StringProtocol where SubSequence == Substring {
    /// How often a text is in it, and once more.
    fileprivate func components(_ text: String) -> Int { components(between: text).count }

    /// What stands between.
    fileprivate func components(between text: String) -> [Substring] {
        split(separator: text, omittingEmptySubsequences: false)
    }
}
