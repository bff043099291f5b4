import CShim
import Namespaces
import SystemPackage

// The layout, below one directory:
//
//   NETWORK/web/172.18.0.2            a name (lower case) and an address that it stands for
//   NETWORK/.by-address/172.18.0.2    the same, looked up from the other side
//   NETWORK/.lock                     held (flock) while anybody writes; readers need no lock
//
// Each file has two lines: who holds the name, and that container's proper name. No name begins with a dot.

/// The live names of networks, as files: what a container's supervisor writes when it starts, all others can read at once.
///
/// Looking something up costs as much as it has answers, whatever the number of containers. Whether a holder is alive is asked
/// each time, so the files of one that was killed mislead nobody; `sweep` removes them.
public struct NameDirectory: Sendable, Equatable {
    /// Where the networks' directories are.
    public let path: FilePath

    /// Names the directory; it is made when somebody registers.
    public init(_ path: FilePath) { self.path = path }

    /// The names and addresses of one container in one network.
    public struct Entry: Sendable, Equatable {
        /// All its names in that network, as the user wrote them.
        public var names: [String]
        /// The one that its addresses lead to: PTR.
        public var canonical: String
        /// Of both families.
        public var addresses: [IPAddress]
        /// The container's id.
        public var holder: String

        /// Describes an entry.
        public init(names: [String], canonical: String, addresses: [IPAddress], holder: String) {
            self.names = names
            self.canonical = canonical
            self.addresses = addresses
            self.holder = holder
        }

        /// The spellings under which it is filed, each once. Throws `UsageError`.
        func keys() throws(UsageError) -> [String] {
            var keys: [String] = []
            for name in names {
                for key in try RegisteredName.keys(of: name) where !keys.contains(key) { keys.append(key) }
            }
            return keys
        }

        var text: String { "\(holder)\n\(canonical)\n" }
    }

    // MARK: Writing

    /// Files an entry's names; over what an earlier holder of the same address has left. Throws `UsageError` for a name that
    /// cannot be one, before anything is written, and `KernelError`.
    public func register(_ entry: Entry, in network: String) throws {
        let keys = try entry.keys()
        let folder = try place(of: network)
        let lock = try hold(folder)
        defer { withExtendedLifetime(lock) {} }
        for directory in keys + [Self.byAddress] {
            let place = folder.appending(directory)
            try Files.makeDirectory(place)
            for address in entry.addresses { try Files.write(entry.text, to: place.appending(address.description)) }
        }
    }

    /// Takes an entry's names away, as far as they are still its holder's. Safe to call twice. Throws `KernelError`.
    public func withdraw(_ entry: Entry, in network: String) throws {
        let keys = try entry.keys()
        let folder = try place(of: network)
        guard access(folder.string, F_OK) == 0 else { return }
        let lock = try hold(folder)
        defer { withExtendedLifetime(lock) {} }
        for directory in keys + [Self.byAddress] {
            for address in entry.addresses {
                let file = folder.appending(directory).appending(address.description)
                if Self.read(file)?.holder == entry.holder { unlink(file.string) }
            }
            // Only when nothing is left in it; nobody adds to it meanwhile.
            if directory != Self.byAddress { rmdir(folder.appending(directory).string) }
        }
    }

    /// Removes what dead holders have left in all networks. The cost grows with the number of names: for when somebody was
    /// killed. Throws `KernelError`.
    public func sweep(isAlive: (String) -> Bool) throws {
        var known: [String: Bool] = [:]
        for network in try Files.directories(in: path) {
            let folder = path.appending(network)
            let lock = try hold(folder)
            for directory in try Files.directories(in: folder) {
                let place = folder.appending(directory)
                for name in try Files.names(in: place) {
                    let file = place.appending(name)
                    // What cannot be read is nobody's: a file is never half written.
                    if let holder = Self.read(file)?.holder {
                        let lives = known[holder] ?? isAlive(holder)
                        known[holder] = lives
                        if lives { continue }
                    }
                    unlink(file.string)
                }
                if directory != Self.byAddress { rmdir(place.string) }
            }
            withExtendedLifetime(lock) {}
        }
    }

    /// Removes a network's directory, names and all: the network is gone. Throws `KernelError`.
    public func remove(network: String) throws {
        try Files.removeTree(place(of: network))
    }

    // MARK: Reading

    /// What a name stands for among those who are alive; none when nobody has it. The order is of no meaning.
    public func addresses(of name: String, in network: String, isAlive: (String) -> Bool) -> [IPAddress] {
        // Whoever cannot be registered cannot be found: `..` and the like stay names.
        guard let folder = try? place(of: network), !name.isEmpty, !name.utf8.contains(47), !name.utf8.contains(0),
            name.utf8.first != 46, name.utf8.count < 254
        else { return [] }
        let directory = folder.appending(name)
        var found: [IPAddress] = []
        for text in (try? Files.names(in: directory)) ?? [] {
            guard let address = IPAddress(text), let holder = Self.read(directory.appending(text))?.holder else {
                continue
            }
            if isAlive(holder) { found.append(address) }
        }
        return found
    }

    /// The proper names of those who have an address; none when nobody has it, one otherwise.
    public func names(of address: IPAddress, in network: String, isAlive: (String) -> Bool) -> [String] {
        guard let folder = try? place(of: network),
            let (holder, canonical) = Self.read(folder.appending(Self.byAddress).appending(address.description)),
            isAlive(holder)
        else { return [] }
        return [canonical]
    }

    // MARK: Files

    private static let byAddress = ".by-address"

    private func place(of network: String) throws(UsageError) -> FilePath {
        guard !network.isEmpty, !network.utf8.contains(47), !network.utf8.contains(0), network.utf8.first != 46 else {
            throw UsageError("invalid network name \(network.goQuoted)")
        }
        return path.appending(network)
    }

    private func hold(_ folder: FilePath) throws(KernelError) -> FileLock {
        let file = folder.appending(".lock")
        do { return try FileLock.enter(file) } catch  where error.errno == .noSuchFileOrDirectory {
            try Files.makeDirectory(folder)
            return try FileLock.enter(file)
        }
    }

    private static func read(_ file: FilePath) -> (holder: String, canonical: String)? {
        guard let text = try? Files.text(file) else { return nil }
        let lines = text.parts("\n")
        return lines.count == 3 && !lines[0].isEmpty ? (lines[0], lines[1]) : nil
    }
}
