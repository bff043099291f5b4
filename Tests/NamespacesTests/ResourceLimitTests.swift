import Namespaces
import Testing

@Suite("Resource limits")
struct ResourceLimitTests {
    struct Good: Sendable {
        let text: String
        let resource: CInt
        let soft: UInt64
        let hard: UInt64
    }

    @Test(
        "A limit is a type and one or two values",
        arguments: [
            Good(text: "nofile=1024:2048", resource: 7, soft: 1024, hard: 2048),
            Good(text: "nofile=1024", resource: 7, soft: 1024, hard: 1024),
            Good(text: "core=0", resource: 4, soft: 0, hard: 0),
            Good(text: "memlock=-1", resource: 8, soft: .max, hard: .max),
            Good(text: "memlock=-1:-1", resource: 8, soft: .max, hard: .max),
            Good(text: "nproc=5:-1", resource: 6, soft: 5, hard: .max),
        ])
    func good(_ example: Good) throws {
        let limit = try ResourceLimit(example.text)
        #expect(limit.resource == example.resource && limit.soft == example.soft && limit.hard == example.hard)
    }

    @Test(
        "What cannot be a limit is refused in Docker's words",
        arguments: [
            ("nofile", "invalid ulimit argument: nofile"),
            ("files=1", "invalid ulimit type: files"),
            ("=1", "invalid ulimit type: "),
            ("nofile=1:2:3", "too many limit value arguments - 1:2:3, can only have up to two, `soft[:hard]`"),
            ("nofile=a", "strconv.ParseInt: parsing \"a\": invalid syntax"),
            ("nofile=", "strconv.ParseInt: parsing \"\": invalid syntax"),
            ("nofile=1:", "strconv.ParseInt: parsing \"\": invalid syntax"),
            (
                "nofile=99999999999999999999",
                "strconv.ParseInt: parsing \"99999999999999999999\": value out of range"
            ),
            ("nofile=2:1", "ulimit soft limit must be less than or equal to hard limit: 2 > 1"),
            (
                "nofile=-1:1",
                "ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: 1"
            ),
            ("nofile=-2", "invalid ulimit value: -2 (-1 is unlimited)"),
        ])
    func refused(_ text: String, _ message: String) {
        #expect(throws: UsageError(message)) { try ResourceLimit(text) }
    }

    @Test("A limit has the OCI specification's name")
    func ociName() throws { #expect(try ResourceLimit("nofile=1").ociName == "RLIMIT_NOFILE") }
}
