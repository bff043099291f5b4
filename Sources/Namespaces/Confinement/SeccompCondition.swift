import CShim

/// When a rule of a profile counts: its `includes` or `excludes` object.
struct SeccompCondition {
    let caps: [String]
    let arches: [String]
    let minKernel: String?

    /// As `includes`: everything named has to be there.
    func holds(for capabilities: CapabilitySet, on machine: SeccompMachine) -> Bool {
        caps.allSatisfy { Self.has(capabilities, $0) }
            && (arches.isEmpty || arches.contains(machine.architecture))
            && (minKernel.map(machine.kernel.isAtLeast) ?? true)
    }

    /// As `excludes`: one thing that is there is enough.
    func touches(_ capabilities: CapabilitySet, _ machine: SeccompMachine) -> Bool {
        caps.contains { Self.has(capabilities, $0) }
            || arches.contains(machine.architecture)
            || (minKernel.map(machine.kernel.isAtLeast) ?? false)
    }

    private static func has(_ capabilities: CapabilitySet, _ name: String) -> Bool {
        Capability(name: name).map(capabilities.holds) ?? false
    }
}

/// The machine that a profile is compiled for: a filter made elsewhere, or under another kernel, is not reused.
struct SeccompMachine: Hashable {
    /// Go's name of the architecture, which profiles use.
    let architecture: String
    /// Its kernel.
    let kernel: KernelRelease

    static var current: SeccompMachine {
        let names = [
            "x86_64": "amd64", "aarch64": "arm64", "x86": "x86", "arm": "arm", "ppc64le": "ppc64le", "s390x": "s390x",
            "riscv64": "riscv64", "loongarch64": "loong64", "mips64": "mips64", "mipsel64": "mips64le",
        ]
        let native = seccomp_arch_native()
        let known = names.first { seccomp_arch_resolve_name($0.key) == native }
        return SeccompMachine(architecture: known?.value ?? "unknown", kernel: .current)
    }
}
