import Namespaces
import SystemPackage

/// The ids that a container has for itself (`--userns auto`).
///
/// They are written down in the container's directory, in a file `ids` with the first user id, the first group id and how
/// many: so they are the container's as long as it exists, for its layer on disk belongs to them, and go with it.
struct OwnIDs {
    let store: ContainerStore

    /// The ids of a container that is held: those that it has, or the first that no other container has. Throws
    /// `KernelError` when none are left.
    func claim(_ count: UInt32, for id: String) throws -> IDMap {
        if let block = block(of: id) { return block.map }
        let section = try store.section()
        defer { withExtendedLifetime(section) {} }
        let block = try choose(count)
        try Files.write("\(block.uid) \(block.gid) \(block.count)\n", to: file(id))
        return block.map
    }

    /// What `claim` would take now.
    func preview(_ count: UInt32) throws -> IDMap { try choose(count).map }

    private func choose(_ count: UInt32) throws -> SubordinateIDs.Block {
        try SubordinateIDs.ownBlock(count, besides: try store.ids().compactMap(block(of:)))
    }

    private func file(_ id: String) -> FilePath { store.directory(of: id).appending("ids") }

    private func block(of id: String) -> SubordinateIDs.Block? {
        let numbers = ((try? StateFile.text(file(id))) ?? nil)?.words.compactMap { UInt32($0) } ?? []
        return numbers.count == 3 ? .init(uid: numbers[0], gid: numbers[1], count: numbers[2]) : nil
    }
}
