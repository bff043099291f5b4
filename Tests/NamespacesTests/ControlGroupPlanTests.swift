import SystemPackage
import Testing

@testable import Namespaces

@Suite("A control group to be made")
struct ControlGroupPlanTests {
    private static func limits(_ change: (inout ResourceLimits) -> Void) -> ResourceLimits {
        var limits = ResourceLimits()
        change(&limits)
        return limits
    }

    static let everything = limits {
        $0.memory = 64 << 20
        $0.memorySwap = 96 << 20
        $0.nanoCPUs = 1_500_000_000
        $0.cpuShares = 1024
        $0.cpusetCPUs = "0-1"
        $0.pids = 10
    }

    @Test("has in cgroup v2 the files and values that runc would write")
    func unifiedFiles() {
        #expect(
            Self.everything.unifiedFiles.map { "\($0.controller) \($0.name)=\($0.value)" } == [
                "memory memory.max=67108864", "memory memory.swap.max=33554432", "cpu cpu.max=150000 100000",
                "cpu cpu.weight=100", "cpuset cpuset.cpus=0-1", "pids pids.max=10",
            ])
    }

    @Test("has in cgroup v1 the memory before the sum of memory and swap")
    func legacyFiles() {
        #expect(
            Self.everything.legacyFiles.map { "\($0.controller) \($0.name)=\($0.value)" } == [
                "memory memory.limit_in_bytes=67108864", "memory memory.memsw.limit_in_bytes=100663296",
                "cpu cpu.cfs_period_us=100000", "cpu cpu.cfs_quota_us=150000", "cpu cpu.shares=1024",
                "cpuset cpuset.cpus=0-1", "pids pids.max=10",
            ])
    }

    @Test(
        "limits swap as far as it was asked for",
        arguments: [(nil, "67108864", "134217728", true), (-1, "max", "-1", false), (64 << 20, "0", "67108864", false)]
            as [(Int64?, String, String, Bool)])
    func swap(asked: Int64?, unified: String, legacy: String, isDispensable: Bool) {
        let limits = Self.limits {
            $0.memory = 64 << 20
            $0.memorySwap = asked
        }
        let files = [limits.unifiedFiles[1], limits.legacyFiles[1]]
        #expect(files.map(\.value) == [unified, legacy])
        #expect(files.allSatisfy { $0.isDispensable == isDispensable })
    }

    @Test(
        "weighs processors by runc's formula",
        arguments: [
            (2, 1), (3, 2), (512, 59), (1024, 100), (2048, 174), (131072, 5478), (262143, 10000), (262144, 10000),
        ]
            as [(Int64, Int64)])
    func weight(shares: Int64, weight: Int64) {
        #expect(ResourceLimits.weight(shares: shares) == weight)
    }

    @Test("hands controllers on, then sets the limits, in cgroup v2")
    func unified() throws {
        let tree = try PlainControlGroups()
        try tree.group(
            "v2", ["cgroup.controllers": "cpuset cpu io memory pids\n", "cgroup.subtree_control": "memory\n"])
        try tree.group("v2/minirun", ["cgroup.subtree_control": "memory"])
        let files = Self.everything.unifiedFiles.map(\.name)
        try tree.group("v2/minirun/c1", .init(uniqueKeysWithValues: files.map { ($0, "") }))
        let step = try #require(try MakeControlGroup(for: Self.everything, id: "c1", layout: tree.layout("v2")))
        #expect(step.group.unified == tree.directory.appending("v2/minirun/c1") && step.group.legacy.isEmpty)

        for setting in step.settings { try setting.apply() }
        for file in Self.everything.unifiedFiles { #expect(try tree.text("v2/minirun/c1/\(file.name)") == file.value) }
        let handedOn = step.settings.filter { $0.file.lastComponent == "cgroup.subtree_control" }
        let names: [[String]] = handedOn.compactMap {
            if case .controllers(let names) = $0.content { names } else { nil }
        }
        #expect(names == [["cpu"], ["cpuset"], ["pids"], ["memory", "cpu", "cpuset", "pids"]])
        #expect(handedOn.map(\.option) == ["--cpus", "--cpuset-cpus", "--pids-limit", "--memory"])
        // What is handed on already is not written again: even that would cost time.
        #expect(try tree.text("v2/minirun/cgroup.subtree_control") == "+cpu +cpuset +pids")
    }

    @Test("takes each controller from cgroup v2 if it is there, else from cgroup v1")
    func hybrid() throws {
        let tree = try PlainControlGroups()
        try tree.group("v2", ["cgroup.controllers": "pids"])
        try tree.group("memory")
        try tree.group("cpuset", ["cpuset.cpus": "0-7\n", "cpuset.mems": "0-1\n"])
        let limits = Self.limits {
            $0.memory = 64 << 20
            $0.cpusetCPUs = "3"
            $0.pids = 10
        }
        let layout = tree.layout("v2", "memory", "cpuset")
        let step = try #require(try MakeControlGroup(for: limits, id: "c1", layout: layout))
        let (v2, memory, cpuset) = ("v2/minirun/c1", "memory/minirun/c1", "cpuset/minirun/c1")
        #expect(step.group.unified == tree.directory.appending(v2))
        #expect(
            step.group.legacy == [
                "memory": tree.directory.appending(memory), "cpuset": tree.directory.appending(cpuset),
            ]
        )
        let prefix = "\(tree.directory)/"
        let lines = step.explanation.shell.map { $0.replacing(prefix, with: "") }
        #expect(
            lines == [
                "mkdir -p \(v2)", "mkdir -p \(cpuset)", "mkdir -p \(memory)",
                "echo '+pids' > v2/cgroup.subtree_control", "echo '+pids' > v2/minirun/cgroup.subtree_control",
                "echo 10 > \(v2)/pids.max", "echo 67108864 > \(memory)/memory.limit_in_bytes",
                "[ ! -e \(memory)/memory.memsw.limit_in_bytes ] || echo 134217728 > \(memory)/memory.memsw.limit_in_bytes",
                "echo 0-7 > cpuset/minirun/cpuset.cpus", "echo 0-1 > cpuset/minirun/cpuset.mems",
                "echo 0-1 > \(cpuset)/cpuset.mems", "echo 3 > \(cpuset)/cpuset.cpus",
            ])
        #expect(step.explanation.systemCalls.first == "mkdir(\"\(tree.directory)/v2/minirun/c1\", 0755)")
        #expect(step.explanation.why.contains("--pids-limit, --memory, --memory-swap, --cpuset-cpus"))
    }

    @Test("is made without limits only where there is nothing but cgroup v2 and it is ours")
    func withoutLimits() throws {
        let tree = try PlainControlGroups()
        try tree.group("v2", ["cgroup.controllers": "cpu memory", "cgroup.subtree_control": "cpu memory"])
        try tree.group("memory")
        let none = ResourceLimits()
        #expect(try MakeControlGroup(for: none, id: "c1", layout: tree.layout("v2", "memory")) == nil)
        #expect(try MakeControlGroup(for: none, id: "c1", layout: tree.layout("memory")) == nil)
        #expect(try MakeControlGroup(for: none, id: "c1", layout: tree.layout()) == nil)
        #expect(try MakeControlGroup(for: none, id: "c1", layout: tree.layout("v2x")) == nil)
        let step = try #require(try MakeControlGroup(for: none, id: "c1", layout: tree.layout("v2")))
        // What the host counts anyway is counted for the container too; nothing of the host's is written.
        #expect(step.settings.map(\.content) == [.controllers(["memory"])])
        #expect(step.settings[0].file == tree.directory.appending("v2/minirun/cgroup.subtree_control"))
    }

    @Test("is put below the outermost group that is ours, and found there from anywhere below")
    func delegation() throws {
        let tree = try PlainControlGroups()
        // The top lacks a file that has to be written: as good as one that is somebody else's.
        try Files.makeDirectory(tree.directory.appending("v2"))
        try tree.group("v2/user", ["cgroup.controllers": "pids"])
        try tree.group("v2/user/app", ["cgroup.controllers": "pids"])
        let layout = tree.layout("v2", own: "/user/app")
        let step = try #require(try MakeControlGroup(for: ResourceLimits(), id: "c1", layout: layout))
        #expect(step.group.unified == tree.directory.appending("v2/user/minirun/c1"))
        #expect(ControlGroup.existing("c1", in: layout) == nil)
        try tree.group("v2/user/minirun/c1", ["cgroup.procs": "0\n4711\n0\n"])
        #expect(ControlGroup.existing("c1", in: layout) == step.group)
        #expect(try step.group.processes() == [4711], "0 is a process that cannot be seen")
        #expect(ControlGroup.existing("c1", in: tree.layout("v2", own: "/user/minirun/c1/below")) == step.group)
        #expect(ControlGroup.existing("c1", in: tree.layout("v2")) == nil)
        #expect(ControlGroup.existing("..", in: layout) == nil)
    }

    @Test("that cannot be is refused with the option's name")
    func refusals() throws {
        let tree = try PlainControlGroups()
        try tree.group("v2", ["cgroup.controllers": "hugetlb"])
        let memory = Self.limits { $0.memory = 64 << 20 }
        let absent = "--memory: this host's cgroup v2 has no memory controller (cgroup.controllers: hugetlb)"
        #expect(throws: UsageError(absent)) { try MakeControlGroup(for: memory, id: "c1", layout: tree.layout("v2")) }

        try Files.makeDirectory(tree.directory.appending("memory"))
        let error = #expect(throws: KernelError.self) {
            try MakeControlGroup(for: memory, id: "c1", layout: tree.layout("memory"))
        }
        #expect(error?.operation == "--memory: make a control group in \(tree.directory)/memory")
    }

    @Test("tells which limit and which file could not be written")
    func failedWrite() throws {
        let tree = try PlainControlGroups()
        try tree.group("g")
        let place = tree.directory.appending("g")
        var setting = ControlGroupSetting(option: "--cpus", file: place.appending("cpu.max"), content: .value("1 2"))
        #expect(throws: KernelError("--cpus: write 1 2 to \(place)/cpu.max", .noSuchFileOrDirectory)) {
            try setting.apply()
        }
        setting.isDispensable = true
        #expect(throws: Never.self) { try setting.apply() }
    }
}
