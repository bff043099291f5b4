import Testing

@testable import MiniRun

@Suite("The lines of ps")
struct ProcessListingTests {
    @Test("are those of the processes that are wanted, and of their threads")
    func listing() throws {
        let text = """
            UID   PID  SPID CMD
            root    7     - a b
            root    -     7 -
            root   70     - PID 7
            root    -    70 -

            0     8     - c
            """
        #expect(
            try ProcessListing.lines(of: [7, 8], in: text)
                == ["UID   PID  SPID CMD", "root    7     - a b", "root    -     7 -", "0     8     - c"])
    }

    @Test("are refused without numbers", arguments: ["", "USER CMD\nroot a", "PID CMD\nx a"])
    func noNumbers(text: String) {
        #expect(throws: ContainerConflict.self) { try ProcessListing.lines(of: [1], in: text) }
    }
}
