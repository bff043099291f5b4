import CShim
import SystemPackage
import Testing

@testable import Namespaces

@Suite("System call filters")
struct SeccompTests {
    /// Runs the filter as the kernel would, for a native system call without arguments; returns the action.
    private func verdict(_ filter: SeccompFilter, _ name: String, _ arguments: [UInt64] = []) -> UInt32? {
        let number = seccomp_syscall_resolve_name(name)
        var data = [UInt32(bitPattern: number), seccomp_arch_native(), 0, 0]
        for index in 0..<6 {
            let value = index < arguments.count ? arguments[index] : 0
            data += [UInt32(truncatingIfNeeded: value), UInt32(value >> 32)]
        }
        let program = filter.program.withUnsafeBytes { Array($0.bindMemory(to: sock_filter.self)) }
        var position = 0
        var accumulator: UInt32 = 0
        while program.indices.contains(position) {
            let step = program[position]
            position += 1
            switch step.code {
            case 0x20: accumulator = data[Int(step.k) / 4]
            case 0x06: return step.k
            case 0x05: position += Int(step.k)
            case 0x15: position += Int(accumulator == step.k ? step.jt : step.jf)
            case 0x25: position += Int(accumulator > step.k ? step.jt : step.jf)
            case 0x35: position += Int(accumulator >= step.k ? step.jt : step.jf)
            case 0x54: accumulator &= step.k
            default:
                Issue.record("unexpected instruction \(String(step.code, radix: 16))")
                return nil
            }
        }
        return nil
    }

    private func builtin(_ capabilities: CapabilitySet) throws -> SeccompFilter {
        try SeccompProfile(json: Array(SeccompProfile.builtin.utf8), named: "builtin").compile(for: capabilities)
    }

    private static let refused = minirun_seccomp_errno(UInt16(EPERM))
    private static let unknown = minirun_seccomp_errno(UInt16(ENOSYS))

    @Test("Everyday calls pass, dangerous ones are refused, unknown ones do not exist")
    func builtinProfile() throws {
        let filter = try builtin(.standard)
        for name in ["read", "execve", "openat", "socket", "clone", "chroot"] {
            #expect(verdict(filter, name) == SCMP_ACT_ALLOW, "\(name)")
        }
        for name in ["kexec_load", "bpf", "init_module", "open_by_handle_at", "settimeofday"] {
            #expect(verdict(filter, name) == Self.refused, "\(name)")
        }
        #expect(verdict(filter, "lookup_dcookie") == Self.refused)
        #expect(verdict(filter, "modify_ldt") == SCMP_ACT_ALLOW)
        #expect(verdict(filter, "get_kernel_syms") == Self.unknown)
    }

    @Test("A capability opens what it is for, and dropping one closes it")
    func capabilities() throws {
        let more = try builtin(.standard.union(CapabilitySet([.sysAdmin])))
        #expect(verdict(more, "bpf") == SCMP_ACT_ALLOW)
        let less = try builtin(CapabilitySet.standard.subtracting(CapabilitySet([.sysChroot])))
        #expect(verdict(less, "chroot") == Self.refused)
    }

    @Test("Conditions on arguments are kept")
    func arguments() throws {
        let filter = try builtin(.standard)
        #expect(verdict(filter, "personality", [0]) == SCMP_ACT_ALLOW)
        #expect(verdict(filter, "personality", [0x123]) == Self.unknown)
    }

    @Test("Our own profile decides as the distribution's does, call by call")
    func sameAsDistribution() throws {
        guard let source = try SeccompPolicy.standard.source(), source.name != "builtin" else { return }
        let theirs = try SeccompProfile(json: source.text(), named: source.name).compile(for: .standard)
        #expect(theirs == (try builtin(.standard)))
    }

    @Test("A small profile: two conditions on one argument mean either")
    func eitherArgument() throws {
        let text = """
            {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"name": "socket", "action": "SCMP_ACT_ERRNO", "errnoRet": 5,
             "args": [{"index": 0, "value": 16, "op": "SCMP_CMP_EQ"}, {"index": 0, "value": 40, "op": "SCMP_CMP_EQ"}]}]}
            """
        let filter = try SeccompProfile(json: Array(text.utf8), named: "small").compile(for: [])
        for (family, expected) in [(16, minirun_seccomp_errno(5)), (40, minirun_seccomp_errno(5)), (2, SCMP_ACT_ALLOW)]
        {
            #expect(verdict(filter, "socket", [UInt64(family)]) == expected, "\(family)")
        }
    }

    @Test(
        "A profile that is none is named, with the reason",
        arguments: [
            ("{", "not a profile"), ("{}", "defaultAction is missing"),
            (#"{"defaultAction": "SCMP_ACT_FOO"}"#, "unknown action SCMP_ACT_FOO"),
            (#"{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_PDP11"]}"#, "SCMP_ARCH_PDP11"),
        ])
    func badProfile(_ text: String, _ reason: String) {
        let error = #expect(throws: SeccompError.self) {
            try SeccompProfile(json: Array(text.utf8), named: "/x.json").compile(for: [])
        }
        #expect(error?.description.hasPrefix("seccomp profile /x.json: ") == true)
        #expect(error?.description.contains(reason) == true)
    }

    @Test("A missing file is named")
    func missing() {
        #expect(throws: SeccompError("/no/such.json", "no such file or directory")) {
            try SeccompPolicy(option: "/no/such.json").filter(for: .standard, cache: nil)
        }
    }

    @Test("unconfined is no filter")
    func unconfined() throws {
        #expect(try SeccompPolicy(option: "unconfined").filter(for: .standard, cache: nil) == nil)
        #expect(SeccompPolicy(option: "builtin") == .standard)
    }

    @Test("A compiled filter is kept, found again, and not trusted when others may write it")
    func cache() throws {
        var template = Array("/tmp/minirun-seccomp.XXXXXX".utf8CString)
        let directory = FilePath(String(cString: try #require(mkdtemp(&template))))
        let store = directory.appending("cache")
        let cache = SeccompCache(store)
        let filter = try builtin(.standard)
        let key = SeccompCache.key(profile: "p", capabilities: .standard)
        #expect(cache.read(key) == nil)
        cache.write(filter, under: key)
        #expect(cache.read(key) == filter)
        #expect(cache.read(SeccompCache.key(profile: "p", capabilities: [])) == nil)
        var name = ""
        if let folder = opendir(store.string) {
            while let entry = readdir(folder) {
                let found = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if !found.hasPrefix(".") { name = found }
            }
            closedir(folder)
        }
        let file = store.appending(name)
        var status = stat()
        #expect(stat(file.string, &status) == 0 && status.st_mode & 0o777 == 0o600)
        chmod(file.string, 0o666)
        #expect(cache.read(key) == nil)
        unlink(file.string)
        rmdir(store.string)
        rmdir(directory.string)
    }
}
