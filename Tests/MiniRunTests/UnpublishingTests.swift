import NetSetup
import Testing

@testable import MiniRun

/// Which wishes are left when some of the published ports are gone.
@Suite struct UnpublishingTests {
    @Test(arguments: [
        (["80", "8080:80"], [UInt16(8080)], [UInt16(32768)], ["80"]),
        (["80", "8080:80"], [32768], [8080], ["8080:80"]),
        (["80", "80"], [32768], [32769], ["80"]), (["8080:80", "8081:80"], [8080], [8081], ["8081:80"]),
        (["80"], [32768], [], []), (["8080:81", "8081:80"], [8081], [], ["8080:81"]),
    ]) func eachPortThatIsLeftKeepsOneWish(wishes: [String], gone: [UInt16], left: [UInt16], kept: [String]) throws {
        let port = try #require(try PortSpecification.parse("80").first).container
        func published(_ numbers: [UInt16]) -> [Publication] {
            numbers.map {
                Publication(
                    hostAddress: nil, hostPort: $0, container: port, guardAddress4: nil, guardAddress6: nil)
            }
        }
        let rest = try PortSpecification.parse(wishes).without(published(gone), left: published(left))
        #expect(try rest == PortSpecification.parse(kept))
    }
}
