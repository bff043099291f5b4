import CShim
import Testing

/// Every lab is what it says: each solution is worth full marks, each block that is left out is noticed by exactly the checks
/// that it names, each fault makes a check fail, is found by `doctor`, and is healed by its undo.
@Suite struct LabProofTests {
    static let labs = [
        "01-cable-and-switch", "02-out-and-in", "03-hidden-namespaces", "04-four-ways-to-run", "05-publishing-ports",
        "06-names-and-walls", "07-the-pod", "08-the-subnet-conflict", "09-a-real-address", "10-overlay", "11-hosting",
        "12-who-is-root",
    ]

    /// Proves a part of a lab; the words are those of `lab test`.
    private func prove(_ lab: String, _ words: [String], as user: FakeHost.Builder = .tester) throws {
        let become =
            user == .nobody && geteuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        let proof = try ChildProcess(
            become + [Places.minirun, "lab", "test", lab] + words,
            environment: ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
        let outcome = try proof.wait(within: 300)
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test(arguments: labs, ["by-hand", "minirun"]) func solutionsAndEachOfTheirBlocks(lab: String, dialect: String)
        throws
    {
        try prove(lab, [dialect])
    }

    @Test(arguments: [
        "02-out-and-in", "05-publishing-ports", "06-names-and-walls", "07-the-pod", "08-the-subnet-conflict",
        "11-hosting",
    ])
    func solutionsWithIptables(lab: String) throws { try prove(lab, ["iptables"]) }

    @Test func exam() throws { try prove("exam", []) }

    @Test(arguments: labs) func faults(lab: String) throws { try prove(lab, ["fault"]) }

    @Test(arguments: labs) func othersValuesWithoutPrivilege(lab: String) throws {
        try prove(lab, ["--seed", "7", "--only-solutions"], as: .nobody)
    }
}
