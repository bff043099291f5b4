import CShim
import Namespaces

/// The list of images, field for field Docker's.
enum ImageTable {
    /// A line: an image under one of its names.
    struct Row: Sendable {
        var image: ImageRecord
        var name: ImageReference?
        /// How many containers are made of it.
        var users: Int
    }

    static let listing = Listing<Row>(
        typeName: "*formatter.imageContext",
        fields: [
            .init("Containers", "CONTAINERS") { row, _ in "\(row.users)" },
            .init("CreatedAt", "CREATED AT") { row, _ in
                row.image.created.goText(in: .at(row.image.created), hasFraction: false)
            },
            .init("CreatedSince", "CREATED") { row, options in
                row.image.created.nanoseconds == 0
                    ? "N/A" : HumanDuration.text(options.now.since(row.image.created)) + " ago"
            },
            .init("Digest", "DIGEST") { row, _ in row.name?.digest?.description ?? row.image.manifest.description },
            .init("ID", "IMAGE ID") { row, options in options.isShortened ? row.image.id.short : "\(row.image.id)" },
            .init("Repository", "REPOSITORY") { row, _ in row.name?.repository ?? "<none>" },
            .init("Size", "SIZE") { row, _ in HumanSize.decimal(row.image.size) },
            .init("Tag", "TAG") { row, _ in row.name?.tag ?? "<none>" },
        ],
        columns: "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}")
}

extension Images {
    /// What `images` prints; `repository` only those of a name, with or without a tag. Throws Docker's sentences for filters
    /// and formats that cannot be.
    public func list(_ repository: String?, filters: [String], _ options: ListingOptions) throws -> String {
        let filter = try Filter(
            parsing: filters, keys: ["dangling", "label", "label!", "reference", "before", "since"])
        let dangling = try filter.truth("dangling")
        let names = try store.allNames()
        let users = try users()
        let limits = (
            before: try filter["before"].first.map { try store.find($0).created },
            since: try filter["since"].first.map { try store.find($0).created }
        )
        let patterns = filter["reference"] + [repository].compactMap(\.self)
        var rows: [ImageTable.Row] = []
        for image in try store.all() {
            let own = names.filter { $0.id == image.id }.map(\.reference)
            if let dangling, dangling != own.isEmpty { continue }
            guard filter.allowsLabels(image.configuration.labels) else { continue }
            if let before = limits.before, image.created >= before { continue }
            if let since = limits.since, image.created <= since { continue }
            let shown = own.filter { name in
                patterns.isEmpty
                    || patterns.contains { pattern in
                        // Go's path.Match on the name as people write it: no star goes over a slash.
                        fnmatch(pattern, name.description, FNM_PATHNAME) == 0
                            || fnmatch(pattern, name.repository, FNM_PATHNAME) == 0
                    }
            }
            if own.isEmpty, patterns.isEmpty {
                rows.append(.init(image: image, name: nil, users: users["\(image.id)"]?.count ?? 0))
            }
            rows += shown.map { .init(image: image, name: $0, users: users["\(image.id)"]?.count ?? 0) }
        }
        return try ImageTable.listing.text(rows, options)
    }
}
