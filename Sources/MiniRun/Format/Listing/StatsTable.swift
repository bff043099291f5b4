import Namespaces

/// What a container uses, between two looks at it.
public struct ContainerStats: Sendable {
    /// 64 hexadecimal digits.
    public var id: String
    /// The name.
    public var name: String
    /// The later look; nil for a container that does not run.
    public var usage: ContainerUsage?
    /// Per cent of one processor, since the look before.
    public var processor = 0.0
    /// What its memory is measured against, in bytes: its limit, or what the host has.
    public var memoryLimit: UInt64 = 0

    /// Per cent of the limit.
    var memoryShare: Double {
        guard let usage, memoryLimit > 0 else { return 0 }
        return Double(usage.memory) / Double(memoryLimit) * 100
    }
}

/// The list of `stats`, field for field Docker's.
public enum StatsTable {
    /// What is printed. Throws Docker's sentence for a format that cannot be used.
    public static func text(_ stats: [ContainerStats], _ options: ListingOptions) throws(UsageError) -> String {
        try listing.text(stats, options)
    }

    private static func percent(_ value: Double) -> String {
        let hundredths = Int64(min(value, 1e9) * 100 + 0.5)
        return "\(hundredths / 100).\(Int(hundredths % 100).padded(2))%"
    }

    private static func pair(_ one: String, _ other: String) -> String { "\(one) / \(other)" }

    static let listing = Listing<ContainerStats>(
        typeName: "*formatter.statsContext",
        fields: [
            .init("BlockIO", "BLOCK I/O") { row, _ in
                row.usage.map {
                    pair(
                        HumanSize.decimal(Int64(clamping: $0.blockRead)),
                        HumanSize.decimal(Int64(clamping: $0.blockWritten)))
                } ?? "--"
            },
            .init("CPUPerc", "CPU %") { row, _ in row.usage == nil ? "--" : percent(row.processor) },
            .init("Container", "CONTAINER") { row, options in
                options.isShortened ? ContainerID.short(row.id) : row.id
            },
            .init("ID", "CONTAINER ID") { row, options in options.isShortened ? ContainerID.short(row.id) : row.id },
            .init("MemPerc", "MEM %") { row, _ in row.usage == nil ? "--" : percent(row.memoryShare) },
            .init("MemUsage", "MEM USAGE / LIMIT") { row, _ in
                row.usage.map {
                    pair(
                        HumanSize.binary(Int64(clamping: $0.memory)), HumanSize.binary(Int64(clamping: row.memoryLimit))
                    )
                } ?? "-- / --"
            },
            .init("Name", "NAME") { row, _ in row.name },
            .init("NetIO", "NET I/O") { row, _ in
                row.usage.map {
                    pair(
                        HumanSize.decimal(Int64(clamping: $0.networkReceived)),
                        HumanSize.decimal(Int64(clamping: $0.networkSent)))
                } ?? "--"
            },
            .init("PIDs", "PIDS") { row, _ in row.usage.map { "\($0.pids)" } ?? "--" },
        ],
        columns:
            "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}")
}
