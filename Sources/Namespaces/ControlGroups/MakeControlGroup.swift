import SystemPackage

/// Makes a container's control group and sets its limits. The undo kills what is left in it and removes it.
public struct MakeControlGroup: Step {
    /// The group, for the step that spawns into it.
    public let group: ControlGroup
    let settings: [ControlGroupSetting]

    /// Makes and sets. Throws ``KernelError``.
    public func apply(on stage: Stage) throws {
        let group = group
        stage.undo.push("remove the control group of \(group.id)", scope: .process) { try group.end() }
        try group.make()
        for setting in settings { try setting.apply() }
    }

    /// The three voices.
    public var explanation: Explanation {
        let directories = group.directories
        let calls = directories.map { "mkdir(\"\($0)\", 0755)" }
        let writes = settings.map { setting in
            let text =
                switch setting.content {
                case .value(let value): value
                case .controllers(let names): names.map { "+\($0)" }.joined(separator: " ")
                }
            return "write(\"\(setting.file)\", \"\(text)\")"
        }
        var options: [String] = []
        for setting in settings where setting.option.begins(with: "--") && !options.contains(setting.option) {
            options.append(setting.option)
        }
        let limits = options.isEmpty ? "" : " Here the kernel is told the limits: \(options.joined(separator: ", "))."
        return Explanation(
            shell: directories.map { "mkdir -p \($0.string.shellQuoted)" } + settings.map(\.shell),
            systemCalls: calls + writes,
            why: "A control group holds all processes of the container together: they are counted, limited and frozen"
                + " as one.\(limits)")
    }
}
