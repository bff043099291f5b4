import Testing

@testable import Namespaces

@Suite("Capabilities")
struct CapabilityTests {
    @Test(
        "A name is read with and without CAP_, in either case",
        arguments: ["NET_ADMIN", "cap_net_admin", "CAP_NET_ADMIN"])
    func names(_ name: String) {
        #expect(Capability(name: name) == .netAdmin)
        #expect(Capability(name: name)?.name == "CAP_NET_ADMIN")
    }

    @Test("What is no name is refused", arguments: ["", "FOO", "12", "0", "CAP_", "NET ADMIN", "=", "CAP_CAP_KILL"])
    func noNames(_ name: String) { #expect(Capability(name: name) == nil) }

    @Test("The default set is Docker's fourteen")
    func standard() {
        // The mask that `grep CapBnd /proc/self/status` shows in a Docker container.
        #expect(CapabilitySet.standard.rawValue == 0xa804_25fb)
        #expect(CapabilitySet.standard.members.count == 14)
    }

    struct Case: Sendable {
        let add: [String]
        let drop: [String]
        let expected: CapabilitySet
    }

    static let all = CapabilitySet(rawValue: 1 << 41 - 1)
    static let cases = [
        Case(add: [], drop: [], expected: .standard),
        Case(add: ["NET_ADMIN"], drop: [], expected: .standard.union(CapabilitySet([.netAdmin]))),
        Case(add: [], drop: ["kill"], expected: .standard.subtracting(CapabilitySet([.kill]))),
        Case(add: ["kill"], drop: ["kill"], expected: .standard),
        Case(add: ["KILL"], drop: ["ALL"], expected: CapabilitySet([.kill])),
        Case(add: [], drop: ["all"], expected: []),
        Case(add: ["ALL"], drop: [], expected: all),
        Case(add: ["ALL"], drop: ["SYS_ADMIN"], expected: all.subtracting(CapabilitySet([.sysAdmin]))),
        Case(add: ["ALL"], drop: ["ALL"], expected: all),
    ]

    @Test("Additions and drops follow Docker's order", arguments: cases)
    func adjusted(_ example: Case) throws {
        let set = try CapabilitySet.adjusted(adding: example.add, dropping: example.drop, all: Self.all)
        #expect(set == example.expected)
    }

    @Test("A wrong name is refused in Docker's words")
    func refused() {
        #expect(throws: UsageError("invalid CapAdd: unknown capability: \"CAP_FOO\"")) {
            try CapabilitySet.adjusted(adding: ["foo"], dropping: [])
        }
        #expect(throws: UsageError("invalid CapDrop: unknown capability: \"CAP_BAR\"")) {
            try CapabilitySet.adjusted(adding: ["KILL"], dropping: ["CAP_BAR"])
        }
    }

    @Test("Root gets what was granted, another user only the bounding set")
    func process() {
        let root = ProcessCapabilities(granted: .standard, uid: 0)
        #expect(root.effective == .standard && root.permitted == .standard && root.inheritable.isEmpty)
        let user = ProcessCapabilities(granted: .standard, uid: 1000)
        #expect(user.bounding == .standard && user.effective.isEmpty && user.permitted.isEmpty && user.ambient.isEmpty)
    }

    @Test("This kernel knows every default capability, and what is available is known")
    func machine() {
        #expect(CapabilitySet.standard.isSubset(of: .known))
        #expect(CapabilitySet.available.isSubset(of: .known))
    }
}
