import CShim
import SystemPackage
import Testing

@testable import Namespaces

@Suite("What a container uses")
struct ContainerUsageTests {
    @Test("is read from cgroup v2")
    func unified() throws {
        let tree = try PlainControlGroups()
        try tree.group(
            "v2/minirun/c1",
            [
                "memory.current": "1000000\n",
                "memory.stat": "anon 1\ninactive_file_x 7\ninactive_file 400000\nfile 3\n",
                "memory.max": "67108864\n", "cpu.stat": "usage_usec 2500\nuser_usec 1\n", "pids.current": "3\n",
                "pids.max": "max\n", "memory.events": "low 0\noom 2\noom_kill 1\noom_group_kill 0\n",
                "io.stat": "8:0 rbytes=4096 wbytes=512 rios=1 wios=1\n8:16 rbytes=1 wbytes=2\n",
            ])
        let group = try #require(ControlGroup.existing("c1", in: tree.layout("v2")))
        let expected = GroupCounters(
            memory: 600_000, memoryLimit: 64 << 20, cpu: 2_500_000, pids: 3, pidsLimit: nil, blockRead: 4097,
            blockWritten: 514)
        #expect(group.counters() == expected && expected.isComplete)
        #expect(group.outOfMemoryKills() == 1)
    }

    @Test("is read from cgroup v1, whose absence of a limit is a number")
    func legacy() throws {
        let tree = try PlainControlGroups()
        try tree.group(
            "memory/minirun/c1",
            [
                "memory.usage_in_bytes": "1000000\n", "memory.stat": "inactive_file 9\ntotal_inactive_file 400000\n",
                "memory.limit_in_bytes": "9223372036854771712\n",
                "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n",
            ])
        try tree.group("cpuacct/minirun/c1", ["cpuacct.usage": "77\n"])
        try tree.group("pids/minirun/c1", ["pids.current": "3\n", "pids.max": "10\n"])
        let group = try #require(ControlGroup.existing("c1", in: tree.layout("memory", "cpuacct", "pids")))
        #expect(group.counters() == GroupCounters(memory: 600_000, cpu: 77, pids: 3, pidsLimit: 10))
        #expect(group.outOfMemoryKills() == 4)
    }

    @Test("of memory is never less than nothing")
    func inactive() {
        #expect(GroupCounters.memory(100, inactive: 200) == 100)
        #expect(GroupCounters.memory(100, inactive: nil) == 100)
        #expect(GroupCounters.memory(nil, inactive: 1) == nil)
    }

    @Test("is read from a process's files, whatever its name is")
    func process() {
        let stat = "42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 100 20 3 4 20 0 5 0 999 123456 10 184467440737\n"
        let rollup =
            "00400000-7fff r--p 00000000 00:00 0 [rollup]\nRss: 900 kB\nPss:                  12 kB\nPss_Anon: 1 kB\n"
        let io = "rchar: 1\nread_bytes: 4096\nwrite_bytes: 512\ncancelled_write_bytes: 0\n"
        let usage = ProcessUsage(stat: stat, rollup: rollup, io: io, pageSize: 4096)
        #expect(usage.ticks == 127 && usage.threads == 5 && usage.memory == 12 << 10)
        #expect(usage.blockRead == 4096 && usage.blockWritten == 512)
        let hidden = ProcessUsage(stat: stat, rollup: nil, io: nil, pageSize: 4096)
        #expect(hidden.memory == 40960 && hidden.blockRead == 0)
        #expect(ProcessUsage(stat: "", rollup: nil, io: nil, pageSize: 1).ticks == 0)
    }

    @Test("of the network is the sum over all interfaces but the loopback")
    func network() {
        let traffic = NetworkTraffic(
            """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
              eth0:    1000      10    0    0    0     0          0         0      200       2    0    0    0     0       0          0
            eth1:5 1 0 0 0 0 0 0 6 1 0 0 0 0 0 0

            """)
        #expect(traffic.received == 1005 && traffic.sent == 206)
    }

    @Test(
        "is counted per pid namespace where the first process leads one",
        arguments: [
            ("Name:\tsh\nNSpid:\t4711\t1\n", true), ("NSpid:\t4711\n", false), ("NSpid:\t4711\t12\n", false),
            ("", false),
        ])
    func leader(status: String, isLeader: Bool) {
        #expect(ContainerProcesses.isLeader(status: status) == isLeader)
    }
}
