import Namespaces

/// The list of volumes, field for field Docker's.
enum VolumeTable {
    /// A volume, and where its files are.
    struct Row: Sendable {
        var volume: VolumeRecord
        var mountpoint: String
    }

    static let listing = Listing<Row>(
        typeName: "*formatter.volumeContext",
        fields: [
            .init("Availability", "AVAILABILITY") { _, _ in "N/A" },
            .init("Driver", "DRIVER") { row, _ in row.volume.driver },
            .init("Group", "GROUP") { _, _ in "N/A" },
            .init("Labels", "LABELS") { row, _ in
                row.volume.labels.map { "\($0)=\($1)" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                    .joined(separator: ",")
            },
            .init("Links", "LINKS") { _, _ in "N/A" },
            .init("Mountpoint", "MOUNTPOINT") { row, _ in row.mountpoint },
            .init("Name", "VOLUME NAME") { row, _ in row.volume.name },
            .init("Scope", "SCOPE") { _, _ in "local" },
            .init("Size", "SIZE") { _, _ in "N/A" },
            .init("Status", "STATUS") { _, _ in "N/A" },
        ],
        methods: [
            "Label": .init(
                heading: { ($0.parts(".").last ?? "").replacing("-", with: " ").replacing("_", with: " ") },
                value: { row, key in row.volume.labels[key] ?? "" })
        ],
        columns: "{{.Driver}}\t{{.Name}}", id: "{{.Name}}")
}

extension Volumes {
    /// What `volume ls` prints, in the natural order of the names. Throws Docker's sentences for filters and formats that
    /// cannot be.
    public func list(filters: [String], _ options: ListingOptions) throws -> String {
        let filter = try VolumeFilter(filters)
        // Those without a name of a container that was killed go with it.
        let containers = ContainerStore(paths)
        try Sweep(containers).run()
        var volumes = try store.all().filter(filter.includes)
        if let dangling = filter.dangling {
            let users = VolumeUsers(try containers.containers(all: true, held: []).map(\.record))
            volumes = volumes.filter { users.of($0.name).isEmpty == dangling }
        }
        let rows = volumes.map { VolumeTable.Row(volume: $0, mountpoint: store.data($0.name).string) }
        return try VolumeTable.listing.text(rows, options)
    }
}

/// `volume ls --filter`: which volumes are listed.
struct VolumeFilter {
    private let filter: Filter
    private let names: [(text: String, pattern: Pattern?)]
    /// Whether only those that no container has, or only the others, are meant; nil for both.
    let dangling: Bool?

    /// Reads the words of the option. Throws Docker's sentences.
    init(_ words: [String] = []) throws(UsageError) {
        filter = try Filter(parsing: words, keys: ["dangling", "driver", "label", "label!", "name"])
        dangling = try filter.truth("dangling")
        names = filter["name"].map { ($0, Pattern($0)) }
    }

    /// Whether the volume is what every key but `dangling` asks for.
    func includes(_ volume: VolumeRecord) -> Bool {
        (names.isEmpty || names.contains { $0.text == volume.name || $0.pattern?.matches(volume.name) ?? false })
            && filter.isOne("driver", volume.driver) && filter.allowsLabels(volume.labels)
    }
}
