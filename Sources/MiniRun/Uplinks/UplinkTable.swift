import Namespaces
import NetSetup

/// The list of `uplink ls`.
enum UplinkTable {
    /// What is printed. Throws Docker's sentence for a format that cannot be used.
    static func text(_ rows: [UplinkRecord], _ options: ListingOptions) throws(UsageError) -> String {
        try listing.text(rows, options)
    }

    private static func state(_ record: UplinkRecord, _ now: Timestamp) -> String {
        if let trouble = record.trouble { return "not moved back: \(trouble)" }
        guard let confirmation = record.confirmation else { return "attached" }
        guard confirmation.watcher.isAlive else { return "unconfirmed, and nobody moves it back" }
        let seconds = max(0, (confirmation.deadline.nanoseconds - now.nanoseconds) / Timestamp.second)
        return "moved back in \(seconds)s unless confirmed"
    }

    static let listing = Listing<UplinkRecord>(
        typeName: "*formatter.uplinkContext",
        fields: [
            .init("Addresses", "ADDRESSES") { row, _ in
                row.uplink.addresses.map(\.prefix.description).joined(separator: ",")
            },
            .init("Bridge", "BRIDGE") { row, _ in row.bridge },
            .init("Card", "CARD") { row, _ in row.uplink.name },
            .init("Mode", "MODE") { row, _ in row.mode.rawValue },
            .init("State", "STATE") { row, options in state(row, options.now) },
        ],
        columns: "{{.Card}}\t{{.Bridge}}\t{{.Mode}}\t{{.Addresses}}\t{{.State}}", id: "{{.Card}}")
}
