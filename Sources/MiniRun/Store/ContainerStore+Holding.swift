import CShim
import Namespaces
import SystemPackage

/// Taking a container and giving it up. All of it happens in the store's section, so nobody sees a name without its
/// container, or locks a directory that is just being removed.
extension ContainerStore {
    /// Makes a new container and holds it: its directories and its name. Throws `NameTaken`.
    func make(id: String, name: String, isPassing: Bool) throws -> FileLock {
        let place = isPassing ? paths.passing : paths.kept
        for directory in [paths.supervised, paths.passing.names, paths.kept.containers, paths.kept.names] {
            try Files.makeDirectory(directory, mode: 0o700)
        }
        try checkOwner()
        let section = try section()
        defer { withExtendedLifetime(section) {} }
        try checkFree(name: name)
        let lock = try lock(id)
        try Files.makeDirectory(place.container(id), mode: 0o711)
        try Files.write(id, to: place.name(name))
        return lock
    }

    /// Holds a kept container that nobody cares for. Nil when somebody does; throws `NoSuchContainer` when it was removed.
    func take(_ id: String) throws -> FileLock? {
        try Files.makeDirectory(paths.supervised, mode: 0o700)
        try checkOwner()
        let section = try section()
        defer { withExtendedLifetime(section) {} }
        guard try !isHeld(id) else { return nil }
        guard place(of: id) == paths.kept else { throw NoSuchContainer(reference: id) }
        return try lock(id)
    }

    private func lock(_ id: String) throws -> FileLock {
        try Files.makeDirectory(paths.supervised(id), mode: 0o711)
        // Whoever looks whether it is held holds it for an instant.
        for _ in 0..<50 {
            if let lock = try FileLock.take(paths.supervised(id)) { return lock }
            usleep(1000)
        }
        throw KernelError("lock \(paths.supervised(id))", .wouldBlock)
    }

    /// Says goodbye to a container that stays: nobody cares for it now, and nothing is wrong with that. Its holder calls
    /// this before the lock goes.
    func release(_ id: String) throws {
        let section = try section()
        try Files.removeTree(paths.supervised(id))
        withExtendedLifetime(section) {}
    }

    /// Removes a container, its name and its files. Its holder calls this before the lock goes.
    func remove(_ id: String) throws {
        let section = try section()
        try removeHeld(id)
        withExtendedLifetime(section) {}
    }

    /// The same for one who is in the section already.
    ///
    /// The record goes first and the supervised directory last: who is killed in between leaves either a whole container, or
    /// one without a record that nobody holds, with which a sweep goes on here.
    func removeHeld(_ id: String) throws {
        let place = place(of: id)
        let names = try names(of: id, in: place)
        try Files.removeTree(place.record(id))
        try Files.removeTree(place.container(id))
        for name in names { try Files.removeTree(place.name(name)) }
        try Files.removeTree(paths.supervised(id))
    }

    /// What the container is called; without a legible record, by a look at all names.
    private func names(of id: String, in place: ContainerPlace) throws -> [String] {
        if let name = try? record(id)?.name, try StateFile.text(place.name(name)) == id { return [name] }
        return try Files.names(in: place.names).filter { (try? StateFile.text(place.name($0))) == id }
    }

    /// Gives a container another name. Throws `NameTaken`, `NoSuchContainer`.
    func rename(_ id: String, to name: String) throws {
        let section = try section()
        defer { withExtendedLifetime(section) {} }
        try checkFree(name: name)
        let place = place(of: id)
        let before = try names(of: id, in: place)
        try Files.write(id, to: place.name(name))
        do { try update(id) { $0.name = name } } catch {
            try? Files.removeTree(place.name(name))
            throw error
        }
        for name in before { try Files.removeTree(place.name(name)) }
    }

    /// Throws `NameTaken` when a container has the name now.
    func checkFree(name: String) throws {
        if let holder = try holder(of: name) { throw NameTaken(name: name, holder: holder) }
    }

    /// The container that has the name: a kept one as long as it exists, a passing one as long as it is held.
    func holder(of name: String) throws -> String? {
        for place in [paths.kept, paths.passing] {
            guard let id = try StateFile.text(place.name(name)), ContainerID.isWhole(id) else { continue }
            if try self.place(of: id) == paths.kept || isHeld(id) { return id }
        }
        return nil
    }
}
