import SystemPackage

/// One thing written into a file of a control group, while it is made.
struct ControlGroupSetting: Sendable, Equatable {
    /// What is written.
    enum Content: Sendable, Equatable {
        /// A value.
        case value(String)
        /// The controllers that groups below are to have, as far as they have them not yet.
        case controllers([String])
    }

    /// The option that asked for it.
    var option: String
    /// The file.
    var file: FilePath
    /// What is written.
    var content: Content
    /// Whether a kernel without this file will do.
    var isDispensable = false

    /// Writes it. Throws a ``KernelError`` that names the option, the value and the file.
    func apply() throws(KernelError) {
        var text: String
        switch content {
        case .value(let value): text = value
        case .controllers(let names):
            // Even a write that changes nothing waits for groups that are being removed.
            let present = try ControlGroupHierarchy.words(of: file)
            text = names.filter { !present.contains($0) }.map { "+\($0)" }.joined(separator: " ")
            if text.isEmpty { return }
        }
        do { try Files.put(text, into: file) } catch {
            if isDispensable && error.errno == .noSuchFileOrDirectory { return }
            throw KernelError("\(option): write \(text) to \(file)", error.errno, hint: hint(for: error.errno))
        }
    }

    /// The same as a line of shell.
    var shell: String {
        let name = file.string.shellQuoted
        switch content {
        case .value(let value):
            return "\(isDispensable ? "[ ! -e \(name) ] || " : "")echo \(value.shellQuoted) > \(name)"
        case .controllers(let names):
            return "echo '\(names.map { "+\($0)" }.joined(separator: " "))' > \(name)"
        }
    }

    private func hint(for errno: Errno) -> String? {
        if case .controllers = content, errno == .resourceBusy {
            return "cgroup v2 gives controllers only to groups below one that has no processes itself; "
                + "move those of \(file.removingLastComponent()) into a group below it"
        }
        if option == "--memory-swap" && errno == .noSuchFileOrDirectory {
            return "this kernel does not count swap"
        }
        return nil
    }
}
