import Namespaces
import NetSetup

/// The list of networks, field for field Docker's.
enum NetworkTable {
    static let listing = Listing<NetworkRecord>(
        typeName: "*network.networkContext",
        fields: [
            .init("CreatedAt", "CREATED AT") { row, _ in row.created.goText(in: .at(row.created), hasFraction: true) },
            .init("Driver", "DRIVER") { row, _ in row.driver.rawValue },
            .init("ID", "NETWORK ID") { row, options in options.isShortened ? ContainerID.short(row.id) : row.id },
            .init("IPv4", "IPV4") { row, _ in "\(row.hasIPv4)" },
            .init("IPv6", "IPV6") { row, _ in "\(row.hasIPv6)" },
            .init("Internal", "INTERNAL") { row, _ in "\(row.isInternal)" },
            .init("Labels", "LABELS") { row, _ in
                row.labels.map { "\($0)=\($1)" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                    .joined(separator: ",")
            },
            .init("Name", "NAME") { row, _ in row.name },
            .init("Scope", "SCOPE") { _, _ in "local" },
        ],
        methods: [
            "Label": .init(
                heading: { ($0.parts(".").last ?? "").replacing("-", with: " ").replacing("_", with: " ") },
                value: { row, key in row.labels[key] ?? "" })
        ],
        columns: "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}")
}

extension NetworkRecord {
    /// Whether containers get IPv4 addresses. A predefined network without subnets counts as Docker counts it.
    var hasIPv4: Bool { subnet(.v4) != nil || isPredefined }
}

extension Networks {
    /// What `network ls` prints, in the natural order of the names. Throws Docker's sentences for filters and formats that
    /// cannot be.
    public func list(filters: [String], _ options: ListingOptions) throws -> String {
        let filter = try NetworkFilter(filters)
        var networks = try predefined() + store.all()
        if let dangling = filter.dangling {
            let containers = try heldContainers()
            networks = networks.filter {
                (!$0.isPredefined && members(of: $0, among: containers).isEmpty) == dangling
            }
        }
        let rows = networks.filter(filter.includes).sorted { NaturalOrder.precedes($0.name, $1.name) }
        return try NetworkTable.listing.text(rows, options)
    }
}

/// `network ls --filter`: which networks are listed.
struct NetworkFilter {
    private let filter: Filter
    private let patterns: [String: [(text: String, pattern: Pattern?)]]
    /// Whether only those that nothing is connected to, or only the others, are meant; nil for both.
    let dangling: Bool?

    /// Reads the words of the option. Throws Docker's sentences.
    init(_ words: [String] = []) throws(UsageError) {
        let filter = try Filter(
            parsing: words, keys: ["dangling", "driver", "id", "label", "label!", "name", "scope", "type"])
        self.filter = filter
        for word in filter["type"] where word != "custom" && word != "builtin" {
            throw UsageError("invalid filter: 'type'='\(word)'")
        }
        dangling = try filter.truth("dangling")
        patterns = Dictionary(
            uniqueKeysWithValues: ["id", "name"].map { key in (key, filter[key].map { ($0, Pattern($0)) }) })
    }

    /// Whether the network is what every key but `dangling` asks for.
    func includes(_ network: NetworkRecord) -> Bool {
        matches("id", network.id) && matches("name", network.name)
            && filter.isOne("driver", network.driver.rawValue)
            && filter.isOne("scope", "local")
            && filter.isOne("type", network.isPredefined ? "builtin" : "custom")
            && filter.allowsLabels(network.labels)
    }

    private func matches(_ key: String, _ text: String) -> Bool {
        guard let wanted = patterns[key], !wanted.isEmpty else { return true }
        return wanted.contains { $0.text == text || $0.pattern?.matches(text) ?? false }
    }
}
