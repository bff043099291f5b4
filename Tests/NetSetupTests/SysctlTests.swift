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
