import Namespaces
import Testing

@Suite struct NaturalOrderTests {
    @Test func namesAndPortsStandInTheOrderOfTheirNumbers() {
        let sorted = ["net10", "net2", "Net1", "a", "net02", "net2b", "教育", "net", ""]
            .sorted(by: NaturalOrder.precedes)
        #expect(sorted == ["", "Net1", "a", "net", "net2", "net2b", "net02", "net10", "教育"])
        let ports = ["8080/tcp", "443/tcp", "80/udp", "80/tcp"].sorted(by: NaturalOrder.precedes)
        #expect(ports == ["80/tcp", "80/udp", "443/tcp", "8080/tcp"])
    }
}
