import SystemPackage
import Testing

@testable import NetSetup

@Test("a kernel without nf_tables is named, with what still works; another refusal stays as it is")
func missingNftables() {
    for errno in [Errno.invalidArgument, .notSupportedOnSocket, .protocolNotSupported] {
        let text = "\(NetlinkError("look up table inet minirun", errno).namingMissingNftables)"
        #expect(text.contains("modprobe nf_tables") && text.contains("--net none"))
    }
    let other = NetlinkError("look up table inet minirun", .notPermitted)
    #expect(other.namingMissingNftables == other)
}
