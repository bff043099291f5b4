import Namespaces

/// What `minirun system df -v` prints: the same as ``SystemUsage``, thing by thing.
public struct DetailedUsage {
    private let paths: StatePaths

    /// Looks at these places.
    public init(_ paths: StatePaths) { self.paths = paths }

    /// Three tables. Throws what a corrupt file comes to.
    public func text() throws -> String {
        var wish = Containers.Wish()
        wish.all = true
        wish.showsSize = true
        let containers = try Containers(paths)
        let images = "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.Containers}}"
        let columns =
            "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}"
        return try [
            ("Images", Images(paths).list(nil, filters: [], ListingOptions(format: images))),
            ("Containers", containers.list(wish, ListingOptions(format: columns))),
            ("Local Volumes", volumes(containers)),
        ].map { "\($0.0) space usage:\n\n\($0.1)" }.joined(separator: "\n")
    }

    private func volumes(_ containers: Containers) throws -> String {
        let store = VolumeStore(paths)
        let users = VolumeUsers(try containers.store.containers(all: true, held: containers.held).map(\.record))
        return TextTable.text(
            header: ["VOLUME NAME", "LINKS", "SIZE"],
            rows: try store.all().map { volume in
                [
                    volume.name, "\(users.of(volume.name).count)",
                    HumanSize.decimal(Files.size(of: store.data(volume.name))),
                ]
            })
    }
}
