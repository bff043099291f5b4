import Namespaces

/// The list of `netns ls`.
enum NamespaceTable {
    /// A running container's network namespace.
    struct Row: Sendable {
        var id: String
        var name: String
        var pid: Int32
        /// The number in `net:[4026532281]`.
        var inode: UInt64
        /// Whether it is the host's own.
        var isHosts: Bool
        /// Its names for `ip netns`.
        var exposed: [String]
        /// Who else is in it; filled in by `text`.
        var sharers: [String] = []
    }

    /// What is printed. Throws Docker's sentence for a format that cannot be used.
    static func text(_ rows: [Row], _ options: ListingOptions) throws(UsageError) -> String {
        let members = Dictionary(grouping: rows, by: \.inode)
        return try listing.text(
            rows.map { row in
                var row = row
                let others = (members[row.inode] ?? []).filter { $0.id != row.id }
                row.sharers = (row.isHosts ? ["host"] : []) + others.map(\.name)
                return row
            }, options)
    }

    static let listing = Listing<Row>(
        typeName: "*formatter.namespaceContext",
        fields: [
            .init("Exposed", "EXPOSED AS") { row, _ in row.exposed.joined(separator: ",") },
            .init("ID", "CONTAINER ID") { row, options in options.isShortened ? ContainerID.short(row.id) : row.id },
            .init("Name", "NAME") { row, _ in row.name },
            .init("Netns", "NETNS") { row, _ in "\(row.inode)" },
            .init("PID", "PID") { row, _ in "\(row.pid)" },
            .init("Shared", "SHARED WITH") { row, _ in row.sharers.joined(separator: ",") },
        ],
        columns: "{{.ID}}\t{{.Name}}\t{{.PID}}\t{{.Netns}}\t{{.Exposed}}\t{{.Shared}}")
}
