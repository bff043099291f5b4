import Namespaces
import SystemPackage

/// What `minirun system df` prints: how much of the disk images, containers and volumes take, and how much of it nobody needs.
public struct SystemUsage {
    /// A line of the table.
    private struct Row: Sendable {
        var kind: String
        var total = 0
        var active = 0
        var size: Int64 = 0
        var reclaimable: Int64 = 0

        mutating func count(_ size: Int64, isActive: Bool) {
            total += 1
            active += isActive ? 1 : 0
            self.size += size
            reclaimable += isActive ? 0 : size
        }
    }

    private let rows: [Row]

    /// Looks around; reads through what containers and volumes have written. Throws what a corrupt file comes to.
    public init(_ paths: StatePaths) throws {
        let containers = try Containers(paths)
        let all = try containers.store.containers(all: true, held: containers.held)
        rows = [try Self.images(paths), Self.containers(all, containers.store), try Self.volumes(all, paths)]
    }

    /// The same bytes that a prune counts: blobs and layers, those that several images have once.
    private static func images(_ paths: StatePaths) throws -> Row {
        let images = Images(paths)
        let users = try images.users()
        var row = Row(kind: "Images")
        let all = try images.store.all()
        let active = all.filter { users["\($0.id)"] != nil }
        (row.total, row.active) = (all.count, active.count)
        (row.size, row.reclaimable) = try images.store.usage(needed: active)
        return row
    }

    private static func containers(_ all: [Container], _ store: ContainerStore) -> Row {
        var row = Row(kind: "Containers")
        for container in all {
            row.count(Files.size(of: store.layer(of: container.record.id)), isActive: container.isRunning)
        }
        return row
    }

    private static func volumes(_ all: [Container], _ paths: StatePaths) throws -> Row {
        let store = VolumeStore(paths)
        let used = Set(all.flatMap(\.record.mounts).filter { $0.kind == .volume }.map(\.source))
        var row = Row(kind: "Local Volumes")
        for volume in try store.all() {
            row.count(Files.size(of: store.data(volume.name)), isActive: used.contains(volume.name))
        }
        return row
    }

    /// The table, or what a format makes of each line. Throws Docker's sentence for a format that cannot be used.
    public func text(format: String?) throws -> String {
        try Self.listing.text(rows, ListingOptions(format: format))
    }

    private static let listing = Listing<Row>(
        typeName: "*formatter.diskUsageContext",
        fields: [
            .init("Active", "ACTIVE") { row, _ in "\(row.active)" },
            .init("Reclaimable", "RECLAIMABLE") { row, _ in
                let share = row.size > 0 ? " (\(row.reclaimable * 100 / row.size)%)" : ""
                return HumanSize.decimal(row.reclaimable) + share
            },
            .init("Size", "SIZE") { row, _ in HumanSize.decimal(row.size) },
            .init("TotalCount", "TOTAL") { row, _ in "\(row.total)" },
            .init("Type", "TYPE") { row, _ in row.kind },
        ],
        columns: "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}", id: "{{.Type}}")
}
