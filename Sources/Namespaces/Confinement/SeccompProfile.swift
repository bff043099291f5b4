import CShim
import SystemPackage

/// A profile in the JSON format that Docker, Podman and containers-common share (containers/common, `pkg/seccomp`).
struct SeccompProfile {
    private let document: Document
    private let name: String

    /// Reads the text of a profile; `name` stands for it in errors.
    init(json: [UInt8], named name: String) throws(SeccompError) {
        self.name = name
        do {
            document = try Document(json: JSONValue(parsing: json))
        } catch {
            throw SeccompError(name, "this is not a profile in Docker's JSON format: \(error)")
        }
    }

    /// Compiles it for a container with these capabilities on this machine. Throws `SeccompError`.
    func compile(for capabilities: CapabilitySet) throws(SeccompError) -> SeccompFilter {
        let standard = try action(document.defaultAction, errno: document.defaultErrnoRet)
        guard let context = seccomp_init(standard) else { throw SeccompError(name, "libseccomp refused to start") }
        defer { seccomp_release(context) }
        // A binary tree instead of a chain: the kernel walks it for every system call, and once for each when loading.
        seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2)
        try addArchitectures(to: context)
        let machine = SeccompMachine.current
        for rule in document.syscalls
        where rule.includes?.holds(for: capabilities, on: machine) ?? true
            && !(rule.excludes?.touches(capabilities, machine) ?? false)
        {
            let action = try action(rule.action, errno: rule.errnoRet)
            // libseccomp answers EACCES to a rule that says what the default says already.
            if action != standard { try add(rule, action, to: context) }
        }
        return try export(context)
    }

    private func addArchitectures(to context: scmp_filter_ctx) throws(SeccompError) {
        let native = seccomp_arch_native()
        var names = document.architectures
        for group in document.archMap where Self.token(group.architecture) == native {
            names += group.subArchitectures
        }
        for name in names {
            let token = Self.token(name)
            guard token != 0 else { throw SeccompError(self.name, "unknown architecture \(name)") }
            let answer = seccomp_arch_add(context, token)
            guard answer == 0 || answer == -EEXIST else { throw failure("add architecture \(name)", answer) }
        }
    }

    private func add(_ rule: Rule, _ action: UInt32, to context: scmp_filter_ctx) throws(SeccompError) {
        var arguments: [scmp_arg_cmp] = []
        for argument in rule.args {
            arguments.append(try comparison(argument))
        }
        // Two conditions on one argument mean "either"; libseccomp reads a rule's conditions as "all" (as runc has it).
        let repeated = Set(arguments.map(\.arg)).count < arguments.count
        let alternatives = repeated ? arguments.map { [$0] } : [arguments]
        for name in rule.names {
            let number = seccomp_syscall_resolve_name(name)
            // A call that this libseccomp does not know gets the default action, which is the safe side.
            if number == __NR_SCMP_ERROR { continue }
            for conditions in alternatives {
                let answer = seccomp_rule_add_array(context, action, number, UInt32(conditions.count), conditions)
                guard answer == 0 || answer == -EEXIST else { throw failure("rule for \(name)", answer) }
            }
        }
    }

    private func comparison(_ argument: Argument) throws(SeccompError) -> scmp_arg_cmp {
        let operators: [String: scmp_compare] = [
            "SCMP_CMP_NE": SCMP_CMP_NE, "SCMP_CMP_LT": SCMP_CMP_LT, "SCMP_CMP_LE": SCMP_CMP_LE,
            "SCMP_CMP_EQ": SCMP_CMP_EQ, "SCMP_CMP_GE": SCMP_CMP_GE, "SCMP_CMP_GT": SCMP_CMP_GT,
            "SCMP_CMP_MASKED_EQ": SCMP_CMP_MASKED_EQ,
        ]
        guard let comparison = operators[argument.op], argument.index < 6 else {
            throw SeccompError(name, "invalid condition \(argument.op) on argument \(argument.index)")
        }
        return scmp_arg_cmp(
            arg: argument.index, op: comparison, datum_a: argument.value, datum_b: argument.valueTwo)
    }

    private func action(_ text: String, errno: UInt16?) throws(SeccompError) -> UInt32 {
        switch text {
        case "SCMP_ACT_ALLOW": SCMP_ACT_ALLOW
        case "SCMP_ACT_ERRNO": minirun_seccomp_errno(errno ?? UInt16(EPERM))
        case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD": SCMP_ACT_KILL_THREAD
        case "SCMP_ACT_KILL_PROCESS": SCMP_ACT_KILL_PROCESS
        case "SCMP_ACT_LOG": SCMP_ACT_LOG
        case "SCMP_ACT_TRACE": minirun_seccomp_trace(errno ?? UInt16(EPERM))
        case "SCMP_ACT_TRAP": SCMP_ACT_TRAP
        default: throw SeccompError(name, "unknown action \(text)")
        }
    }

    private func export(_ context: scmp_filter_ctx) throws(SeccompError) -> SeccompFilter {
        let number = memfd_create("seccomp", UInt32(MFD_CLOEXEC))
        let error = Errno.current
        guard number >= 0 else { throw SeccompError(name, KernelError.words(error)) }
        let file = OwnedDescriptor(owning: number)
        let answer = seccomp_export_bpf(context, file.rawValue)
        guard answer == 0 else { throw failure("compile", answer) }
        guard let program = Files.content(of: file), let filter = SeccompFilter(program: program) else {
            throw SeccompError(name, "its filter is too long for the kernel (\(BPF_MAXINSNS) instructions)")
        }
        return filter
    }

    private func failure(_ what: String, _ answer: CInt) -> SeccompError {
        SeccompError(name, "\(what): \(KernelError.words(Errno(rawValue: -answer)))")
    }

    private static func token(_ name: String) -> UInt32 {
        seccomp_arch_resolve_name(name.replacing("SCMP_ARCH_", with: "").lowercased())
    }
}
