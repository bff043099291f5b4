import Namespaces

/// What `minirun version` prints.
public struct VersionReport {
    private let features: KernelFeatures

    /// Tries what the kernel can do.
    public init(_ paths: StatePaths) { features = KernelFeatures(paths: paths) }

    /// The text, or what a format makes of it: `json`, or a Go template. Throws `UsageError` for a bad one.
    public func text(format: String?) throws(UsageError) -> String {
        try ReportFormat.text(of: json, format) { block }
    }

    private var json: JSONValue {
        [
            "Client": [
                "Version": .string(MiniRunVersion.text), "SwiftVersion": .string(MiniRunVersion.swift), "Os": "linux",
                "Arch": .string(HostFacts.architecture), "KernelVersion": .string("\(KernelRelease.current)"),
                "Features": .array(
                    features.all.map { feature in
                        .record([
                            "Name": .string(feature.name), "Present": .bool(feature.lack == nil),
                            "Detail": .text(feature.detail), "Reason": .text(feature.lack),
                        ])
                    }),
            ],
            "Server": nil,
        ]
    }

    private var block: String {
        let facts = [
            ("Version", MiniRunVersion.text), ("Swift version", MiniRunVersion.swift),
            ("OS/Arch", "linux/\(HostFacts.architecture)"), ("Kernel version", "\(KernelRelease.current)"),
        ]
        let width = 2 + (features.all.map(\.name.count).max() ?? 0)
        let found = features.all.map { feature in
            let answer = feature.lack.map { "no: \($0)" } ?? feature.detail ?? "yes"
            return "  \(feature.name.filled(width))\(answer)"
        }
        return
            (["minirun:"] + facts.map { " \(($0.0 + ":").filled(19))\($0.1)" } + [" Features of the kernel:"] + found)
            .joined(separator: "\n") + "\n"
    }
}

extension String {
    /// With blanks at the end up to a width.
    func filled(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
