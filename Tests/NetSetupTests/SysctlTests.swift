import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

@Suite struct SysctlTests {
    @Test func nameIsWrittenAsSysctlDoes() {
        #expect(Sysctl("net/ipv4/ip_forward").description == "net.ipv4.ip_forward")
        #expect(Sysctl("net/ipv6/conf/eth0.5/accept_ra").description == "net.ipv6.conf.eth0/5.accept_ra")
    }

    @Test(arguments: [
        ("net.ipv4.conf.IFNAME.log_martians=1", "net/ipv4/conf/eth0.5/log_martians", "1"),
        ("net.ipv6.conf.ifname.accept_ra=2", "net/ipv6/conf/eth0.5/accept_ra", "2"),
        ("net.ipv4.neigh.IFNAME.retrans_time_ms=100", "net/ipv4/neigh/eth0.5/retrans_time_ms", "100"),
        ("net.mpls.conf.IFNAME.input=1", "net/mpls/conf/eth0.5/input", "1"),
        ("net.ipv6.conf.IFNAME.stable_secret=::a=b", "net/ipv6/conf/eth0.5/stable_secret", "::a=b"),
    ]) func settingOfAnInterfaceIsThatOfTheOneInside(text: String, path: String, value: String) throws {
        let setting = try InterfaceSysctl(parsing: text)
        #expect(setting.sysctl(of: "eth0.5") == Sysctl(path) && setting.value == value)
    }

    @Test(arguments: [
        "", "net.ipv4.ip_forward=1", "net.ipv4.conf.eth0.log_martians=1", "net.ipv4.conf.IFNAME.log_martians",
        "net.ipv4.conf.IFNAME.log_martians=", "net.core.conf.IFNAME.x=1", "kernel.ipv4.conf.IFNAME.x=1",
        "net.ipv4.conf.IFNAME.a.b=1", "net.ipv4..IFNAME.x=1", "net.ipv4.conf.IFNAME./x=1",
        "net.ipv4.//kernel/.IFNAME.x=1", "net.ipv4.conf.IFNAME.=1", "net.ipv4.conf.all.forwarding=1",
    ]) func whatIsNoSettingOfAnInterfaceIsRefusedWithDockersWords(text: String) {
        let message =
            "unrecognised network interface sysctl '\(text)'; represent 'net.X.Y.ethN.Z=V' as 'net.X.Y.IFNAME.Z=V', "
            + "'X' must be 'ipv4', 'ipv6' or 'mpls'"
        #expect(throws: UsageError(message)) { try InterfaceSysctl(parsing: text) }
    }

    @Test func oldValueIsWrittenDownOnceAndComesBack() throws {
        var template = Array("/tmp/minirun-sysctl-XXXXXX".utf8CString)
        let directory = FilePath(String(cString: try #require(mkdtemp(&template))))
        let record = directory.appending("net.ipv4.ip_forward")
        defer {
            unlink(record.string)
            rmdir(directory.string)
        }
        let step = SetSysctl("net/ipv4/ip_forward", "1", why: "", record: record)
        try PrivateNetwork().run {
            try step.sysctl.set("0")
            let stage = Stage()
            try step.apply(on: stage)
            #expect(try step.sysctl.value() == "1")
            #expect(access(record.string, F_OK) == 0)
            let second = Stage()
            try step.apply(on: second)
            #expect(second.undo.unwind() == [])
            #expect(try step.sysctl.value() == "1")
            #expect(stage.undo.unwind() == [])
            #expect(try step.sysctl.value() == "0")
            #expect(access(record.string, F_OK) != 0)
        }
    }

    @Test func successfulSetUpKeepsTheValue() throws {
        let step = SetSysctl("net/ipv4/ip_forward", "1", why: "")
        try PrivateNetwork().run {
            try step.sysctl.set("0")
            let stage = Stage()
            try step.apply(on: stage)
            stage.undo.commitSetup()
            stage.undo.unwind()
            #expect(try step.sysctl.value() == "1")
        }
    }

    @Test func settingThatIsMissingIsAnErrorUnlessOptional() throws {
        let stage = Stage()
        #expect(throws: KernelError.self) { try SetSysctl("net/none/such", "1", why: "").apply(on: stage) }
        try SetSysctl("net/none/such", "1", why: "", isOptional: true).apply(on: stage)
    }

    @Test func settingThatCannotBeWrittenNamesTheCommandToRun() throws {
        // A file of /proc/sys that nobody may write, in whatever namespace.
        let error = #expect(throws: KernelError.self) { try Sysctl("kernel/ostype").set("x") }
        #expect(error?.description.contains("set kernel.ostype to x: ") == true)
        #expect(error?.hint?.hasSuffix("run: sysctl -w kernel.ostype=x") == true)
    }
}
