import Namespaces
import NetSetup
import SystemPackage

extension Container {
    /// What lists and filters know of it.
    var listing: ContainerListing {
        var listing = ContainerListing(
            id: record.id, name: record.name, image: record.request.image,
            command: ContainerListing.command(record.args), created: record.created, status: status)
        listing.imageID = record.image
        if isRunning { listing.ports = record.ports }
        listing.exposed = record.exposed.compactMap { try? ExposedPort.parse($0).first }
        listing.labels = record.labels
        listing.mounts = record.mounts.filter { $0.kind != .tmpfs }.map { mount in
            mount.kind == .volume
                ? .init(name: mount.source, source: "", destination: mount.target)
                : .init(source: mount.source, destination: mount.target)
        }
        listing.networks = record.networks
        return listing
    }
}

extension ContainerRecord {
    /// The networks that it is connected to, or will be when it starts.
    fileprivate var networks: [ContainerListing.Network] {
        if !network.attachments.isEmpty {
            return network.attachments.map { attachment in
                let id = network.endpoints.first { $0.network == attachment.network }?.networkID
                return .init(name: attachment.network, id: id ?? "")
            }
        }
        return network.mode.contains(":") ? [] : [.init(name: network.mode)]
    }
}

extension Containers {
    /// What of the containers is to be listed.
    public struct Wish {
        /// Those that do not run as well.
        public var all = false
        /// Only the youngest, so many; implies `all`.
        public var limit: Int?
        /// `--filter`.
        public var filters: [String] = []
        /// `--size`, or a format that shows it.
        public var showsSize = false

        /// The running ones.
        public init() {}
    }

    /// What `ps` prints. Throws Docker's sentences for filters and formats that cannot be.
    public func list(_ wish: Wish, _ options: ListingOptions) throws -> String {
        let filter = try PsFilter(wish.filters)
        let all = wish.all || wish.limit != nil || filter.needsAll
        var listings = try filter.select(
            from: store.containers(all: all, held: held).map(\.listing), all: wish.all, limit: wish.limit)
        if wish.showsSize || PsTable.needsSize(options) {
            for index in listings.indices {
                listings[index].size = .init(own: Files.size(of: store.layer(of: listings[index].id)), whole: 0)
            }
        }
        return try PsTable.text(listings, options, showsSize: wish.showsSize)
    }
}

extension ContainerStore {
    /// What the container itself has written.
    func layer(of id: String) -> FilePath { directory(of: id).appending("upper") }
}
