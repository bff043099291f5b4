import CShim
import SystemPackage

/// The control group of one container: a directory `minirun/ID` in cgroup v2, or one in each cgroup v1 hierarchy that a
/// limit needs. The kernel keeps all of it, so another process finds the group by the container's id.
public struct ControlGroup: Sendable, Equatable {
    /// The container's id.
    public let id: String
    /// The directory in cgroup v2.
    public internal(set) var unified: FilePath?
    /// The directories in cgroup v1, by controller; controllers that are mounted together have the same one.
    public internal(set) var legacy: [String: FilePath] = [:]

    /// The directory that holds those of the containers.
    static let parent: FilePath.Component = "minirun"

    init(id: String) { self.id = id }

    /// The container's directory below one in which groups may be made.
    func place(in directory: FilePath) -> FilePath { directory.appending(Self.parent).appending(id) }

    /// Every directory once; cgroup v2 first.
    var directories: [FilePath] { (unified.map { [$0] } ?? []) + legacyDirectories }

    var legacyDirectories: [FilePath] { Set(legacy.values).sorted { $0.string < $1.string } }

    /// The files by which a process enters it.
    package var entries: [FilePath] { directories.map { $0.appending("cgroup.procs") } }

    /// The group of a container, whoever made it; nil when it has none. `layout` may be that of any process in it, or of
    /// the caller, who has the same place for groups if it is the same user.
    public static func existing(_ id: String, in layout: ControlGroupLayout) -> ControlGroup? {
        var group = ControlGroup(id: id)
        guard FilePath.Component(id)?.kind == .regular else { return nil }
        for hierarchy in layout.hierarchies {
            let places = hierarchy.levels.map(group.place)
            guard let found = places.first(where: { access($0.string, F_OK) == 0 }) else { continue }
            if hierarchy.isUnified { group.unified = found }
            for controller in hierarchy.controllers { group.legacy[controller] = found }
        }
        return group.directories.isEmpty ? nil : group
    }

    /// Makes the directories; those that a killed minirun has left are taken over.
    func make() throws(KernelError) {
        // Another container's end may take the parent away in between; makeDirectory then makes it again.
        for directory in directories { try Files.makeDirectory(directory) }
    }

    /// A cgroup v2 directory, held open for CLONE_INTO_CGROUP.
    final class Birthplace {
        private let directory: OwnedDescriptor

        /// The descriptor, borrowed; close-on-exec.
        var descriptor: CInt { directory.rawValue }

        init(owning directory: consuming OwnedDescriptor) { self.directory = directory }
    }

    /// Opens the cgroup v2 directory; nil when the group is one of cgroup v1 only.
    func open() throws(KernelError) -> Birthplace? {
        guard let unified else { return nil }
        let number = minirun_open(unified.string, O_RDONLY | O_DIRECTORY, 0)
        guard number >= 0 else { throw KernelError.current("open the control group \(unified)") }
        return Birthplace(owning: OwnedDescriptor(owning: number))
    }

    /// Moves a process, with its threads, into the cgroup v1 directories, and with `unified` into that of cgroup v2 too.
    func enter(_ process: pid_t, unified isForUnified: Bool) throws(KernelError) {
        for directory in isForUnified ? directories : legacyDirectories {
            do { try Files.put("\(process)", into: directory.appending("cgroup.procs")) } catch {
                throw KernelError("move process \(process) into the control group \(directory)", error.errno)
            }
        }
    }

    /// The processes in it (none when it is not there), as the caller's pid namespace numbers them.
    public func processes() throws(KernelError) -> [pid_t] {
        guard let directory = directories.first else { return [] }
        let text = try Files.text(ifPresent: directory.appending("cgroup.procs")) ?? ""
        // A process that the caller's pid namespace does not show has number 0, which to kill(2) is something else.
        return text.words.compactMap { pid_t($0) }.filter { $0 > 0 }
    }
}
