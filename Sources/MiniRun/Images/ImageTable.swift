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
        let patterns = (filter["reference"] + [repository].compactMap(\.self)).map { ($0, Pattern($0)) }
        var rows: [ImageTable.Row] = []
        for image in try store.all() {
            let own = names.filter { $0.id == image.id }.map(\.reference)
            if let dangling, dangling != own.isEmpty { continue }
            guard filter.allowsLabels(image.configuration.labels) else { continue }
            if let before = limits.before, image.created >= before { continue }
            if let since = limits.since, image.created <= since { continue }
            let shown = own.filter { name in
                patterns.isEmpty
                    || patterns.contains { text, pattern in
                        text == name.description || text == name.repository
                            || (pattern?.matches(name.description) ?? false)
                            || (pattern?.matches(name.repository) ?? false)
                    }
            }
            if own.isEmpty, patterns.isEmpty {
                rows.append(.init(image: image, name: nil, users: users["\(image.id)"]?.count ?? 0))
            }
            rows += shown.map { .init(image: image, name: $0, users: users["\(image.id)"]?.count ?? 0) }
        }
        return try ImageTable.listing.text(rows, options)
    }

    /// What `image inspect` prints. Returns also what was not found.
    public func inspect(_ texts: [String], format: String?) throws -> (output: String, problems: [String]) {
        let names = try store.allNames()
        return try InspectionFormat(format).text(of: texts) { text in
            let image = try store.find(text)
            return inspection(of: image, names.filter { $0.id == image.id }.map(\.reference))
        } complaint: { error in
            error is NoSuchImage ? "\(error)" : nil
        }
    }

    private func inspection(of image: ImageRecord, _ names: [ImageReference]) -> JSONValue {
        let repositories = Set(names.map(\.repository)).sorted()
        return [
            "Id": .string("\(image.id)"),
            "RepoTags": .strings(names.filter { $0.digest == nil }.map(\.description)),
            "RepoDigests": .strings(repositories.map { "\($0)@\(image.manifest)" }),
            "Comment": .string(image.document.text("comment")),
            "Created": .string(image.document.text("created")),
            "Author": .string(image.document.text("author")),
            "Config": image.document["config"] ?? [:],
            "Architecture": .string(image.architecture),
            "Os": .string(image.system),
            "Size": .integer(image.size),
            "GraphDriver": [
                "Name": "overlay2",
                "Data": [
                    "LowerDir": .string(image.layers.reversed().map { store.layer($0).string }.joined(separator: ":"))
                ],
            ],
            "RootFS": ["Type": "layers", "Layers": .strings(image.layers.map(\.description))],
        ]
    }
}
