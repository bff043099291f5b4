import MiniRun
import Namespaces
import Testing

@Suite("Options of resources")
struct ResourceOptionTests {
    private func limits(_ words: [String], processors: String = "0-1") throws -> ResourceLimits {
        let request = try #require(try RunRequest(parsing: words + ["image"]))
        let host = try Processors(parsing: processors)
        return try ResourceOptions.limits(of: request, processors: host)
    }

    struct Good: Sendable {
        var words: [String]
        var change: @Sendable (inout ResourceLimits) -> Void

        init(_ words: [String], _ change: @escaping @Sendable (inout ResourceLimits) -> Void) {
            (self.words, self.change) = (words, change)
        }
    }

    static let good: [Good] = [
        Good([]) { _ in },
        Good(["-m", "512m"]) { $0.memory = 512 << 20 },
        Good(["--memory=1g", "--memory-swap", "-1"]) {
            $0.memory = 1 << 30
            $0.memorySwap = -1
        },
        Good(["-m6m", "--memory-swap", "6mb"]) {
            $0.memory = 6 << 20
            $0.memorySwap = 6 << 20
        },
        Good(["-m", "0", "--memory-swap", "-1", "--cpus", "0", "-c", "0", "--pids-limit", "0"]) { _ in },
        Good(["--cpus", "1.5"]) { $0.nanoCPUs = 1_500_000_000 },
        Good(["--cpus", ".01"]) { $0.nanoCPUs = 10_000_000 },
        Good(["--cpus", "1/2"]) { $0.nanoCPUs = 500_000_000 },
        Good(["--cpus", "2.0000000000"]) { $0.nanoCPUs = 2_000_000_000 },
        Good(["-c", "512"]) { $0.cpuShares = 512 },
        Good(["--cpuset-cpus", "0-1"]) { $0.cpusetCPUs = "0-1" },
        Good(["--cpuset-cpus", "1,0"]) { $0.cpusetCPUs = "1,0" },
        Good(["--cpuset-cpus", ""]) { _ in },
        Good(["--pids-limit", "10"]) { $0.pids = 10 },
        Good(["--pids-limit=-1"]) { _ in },
    ]

    @Test("are read as Docker reads them", arguments: good.indices)
    func read(index: Int) throws {
        var expected = ResourceLimits()
        Self.good[index].change(&expected)
        #expect(try limits(Self.good[index].words) == expected, "\(Self.good[index].words)")
    }

    @Test(
        "are refused in Docker's words",
        arguments: [
            (["-m", "abc"], "invalid argument \"abc\" for \"-m, --memory\" flag: invalid size: 'abc'"),
            (["-m", "-1"], "invalid argument \"-1\" for \"-m, --memory\" flag: invalid size: '-1'"),
            (["-m", "1x"], "invalid argument \"1x\" for \"-m, --memory\" flag: invalid suffix: 'x'"),
            (["-m", "5m"], "Minimum memory limit allowed is 6MB"),
            (["--memory-swap", "-2"], "invalid argument \"-2\" for \"--memory-swap\" flag: invalid size: '-2'"),
            (
                ["-m", "8m", "--memory-swap", "7m"],
                "Minimum memoryswap limit should be larger than memory limit, see usage"
            ),
            (
                ["--memory-swap", "7m"],
                "You should always set the Memory limit when using Memoryswap limit, see usage"
            ),
            (
                ["--cpus", "many"],
                "invalid argument \"many\" for \"--cpus\" flag: failed to parse many as a rational number"
            ),
            (["--cpus", ""], "invalid argument \"\" for \"--cpus\" flag: failed to parse  as a rational number"),
            (
                ["--cpus", "1/0"],
                "invalid argument \"1/0\" for \"--cpus\" flag: failed to parse 1/0 as a rational number"
            ),
            (["--cpus", "."], "invalid argument \".\" for \"--cpus\" flag: failed to parse . as a rational number"),
            (
                ["--cpus", "0.0000000001"],
                "invalid argument \"0.0000000001\" for \"--cpus\" flag: value is too precise"
            ),
            (["--cpus", "1/3"], "invalid argument \"1/3\" for \"--cpus\" flag: value is too precise"),
            (["--cpus", "2.5"], "range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"),
            (["--cpus=-1"], "range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"),
            (["--cpus", "0.001"], "range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"),
            (
                ["-c", "x"],
                "invalid argument \"x\" for \"-c, --cpu-shares\" flag: strconv.ParseInt: parsing \"x\": invalid syntax"
            ),
            (["--cpu-shares=-5"], "invalid CPU shares (-5): value must be a positive integer"),
            (["-c", "1"], "the minimum allowed cpu-shares is 2"),
            (["-c", "262145"], "the maximum allowed cpu-shares is 262144"),
            (["--cpuset-cpus", "9"], "Requested CPUs are not available - requested 9, available: 0-1"),
            (["--cpuset-cpus", "0-2"], "Requested CPUs are not available - requested 0-2, available: 0-1"),
            (["--cpuset-cpus", "a"], "Invalid value a for cpuset cpus: invalid format: a"),
            (["--cpuset-cpus", "1-0"], "Invalid value 1-0 for cpuset cpus: invalid format: 1-0"),
            (["--cpuset-cpus", "0,"], "Invalid value 0, for cpuset cpus: invalid format: 0,"),
            (
                ["--cpuset-cpus", "0-999999999999"],
                "Invalid value 0-999999999999 for cpuset cpus: invalid format: 0-999999999999"
            ),
            (
                ["--pids-limit", "99999999999999999999"],
                "invalid argument \"99999999999999999999\" for \"--pids-limit\" flag: strconv.ParseInt: parsing "
                    + "\"99999999999999999999\": value out of range"
            ),
        ] as [([String], String)])
    func refused(words: [String], message: String) {
        #expect(throws: UsageError(message)) { try limits(words) }
    }

    @Test("count processors that are not numbered one after the other")
    func processors() throws {
        #expect(try limits(["--cpuset-cpus", "8", "--cpus", "3"], processors: "0,2,8").cpusetCPUs == "8")
        #expect(throws: UsageError("Requested CPUs are not available - requested 1, available: 0,2,8")) {
            try limits(["--cpuset-cpus", "1"], processors: "0,2,8")
        }
        #expect(Processors.online().numbers.contains(0))
    }
}
