import Namespaces

/// The list of containers, field for field Docker's.
public enum PsTable {
    /// What `ps` prints. Throws Docker's sentence for a format that cannot be used.
    public static func text(
        _ containers: [ContainerListing], _ options: ListingOptions, showsSize: Bool = false
    ) throws(UsageError) -> String {
        var listing = listing
        if showsSize { listing.columns += "\t{{.Size}}" }
        return try listing.text(containers, options)
    }

    /// Whether the sizes of containers have to be looked up for this format.
    public static func needsSize(_ options: ListingOptions) -> Bool {
        !options.quiet && listing.uses("Size", options.format)
    }

    static let listing = Listing<ContainerListing>(
        typeName: "*formatter.ContainerContext",
        fields: [
            .init("Command", "COMMAND") { row, options in
                (options.isShortened ? TextTable.shortened(row.command, to: 20) : row.command).goQuoted
            },
            .init("CreatedAt", "CREATED AT") { row, _ in row.created.goText(in: .at(row.created)) },
            .init("ID", "CONTAINER ID") { row, options in options.isShortened ? ContainerID.short(row.id) : row.id },
            .init("Image", "IMAGE") { row, _ in row.image.isEmpty ? "<no image>" : row.image },
            .init("Labels", "LABELS") { row, _ in
                row.labels.map { "\($0)=\($1)" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                    .joined(separator: ",")
            },
            .init("LocalVolumes", "LOCAL VOLUMES") { row, _ in "\(row.mounts.count { !$0.name.isEmpty })" },
            .init("Mounts", "MOUNTS") { row, options in
                row.mounts.map { $0.name.isEmpty ? $0.source : $0.name }
                    .map { options.isShortened ? TextTable.shortened($0, to: 15) : $0 }.joined(separator: ",")
            },
            .init("Names", "NAMES") { row, _ in row.name },
            .init("Networks", "NETWORKS") { row, _ in row.networks.map(\.name).joined(separator: ",") },
            .init("Platform", "PLATFORM") { row, _ in row.platform },
            .init("Ports", "PORTS") { row, _ in
                DisplayablePorts.text(published: row.ports, exposed: row.exposed)
            },
            .init("RunningFor", "CREATED") { row, options in
                HumanDuration.text(options.now.since(row.created)) + " ago"
            },
            .init("Size", "SIZE") { row, _ in
                let own = HumanSize.decimal(row.size?.own ?? 0)
                guard let whole = row.size?.whole, whole > 0 else { return own }
                return "\(own) (virtual \(HumanSize.decimal(whole)))"
            },
            .init("State", "STATE") { row, _ in row.status.state.rawValue },
            .init("Status", "STATUS") { row, options in row.status.text(now: options.now) },
        ],
        methods: [
            "Label": .init(
                // The last part of the label's name, as words.
                heading: { ($0.parts(".").last ?? "").replacing("-", with: " ").replacing("_", with: " ") },
                value: { row, key in row.labels[key] ?? "" })
        ],
        columns: "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}",
        isTriedFirst: true)
}
