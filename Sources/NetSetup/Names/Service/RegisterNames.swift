import Namespaces
import SystemPackage

/// Makes a container's names known in one of its networks.
public struct RegisterNames: Step, Equatable {
    /// Where names are kept.
    public var directory: NameDirectory
    /// The network's key: its own directory there.
    public var network: String
    /// The names, and the addresses that they stand for.
    public var entry: NameDirectory.Entry

    /// Describes a registration.
    public init(_ entry: NameDirectory.Entry, network: String, in directory: NameDirectory) {
        self.directory = directory
        self.network = network
        self.entry = entry
    }

    /// Withdrawn at the container's end. Throws `UsageError` and `KernelError`.
    public func apply(on stage: Stage) throws {
        let (directory, network, entry) = (directory, network, entry)
        // Before the first file, for what has been written when a later one fails is to go as well.
        stage.undo.push("withdraw the names of \(entry.canonical) from \(network)") {
            try directory.withdraw(entry, in: network)
        }
        try directory.register(entry, in: network)
    }

    /// The files by `printf`.
    public var explanation: Explanation {
        let folder = directory.path.appending(network)
        let keys = ((try? entry.keys()) ?? []) + [".by-address"]
        let places = keys.map { folder.appending($0).string.shellQuoted }
        let text = "printf '%s\\n' \(entry.holder.shellQuoted) \(entry.canonical.shellQuoted)"
        return Explanation(
            shell: ["mkdir -p \(places.joined(separator: " "))"]
                + places.flatMap { place in entry.addresses.map { "\(text) >\(place)/\($0)" } },
            systemCalls: ["flock(\"\(folder)/.lock\", LOCK_EX)"]
                + keys.flatMap { key in
                    entry.addresses.map { "open(\"\(folder)/\(key)/\($0)\", O_CREAT|O_EXCL|O_CLOEXEC), write, rename" }
                },
            why:
                "A name is a file that says which addresses it has; every other container's server reads it when asked."
        )
    }
}
