import CShim
import Namespaces
import SystemPackage

// The layout of a network's lease directory:
//
//   .next         for each pool the offset at which its next search begins; locked (flock) while anybody allocates or
//                 gives back, in whichever of the network's subnets
//   172.17.0.2    one file an address, with the holder's words as content; its holders keep a shared lock on it
//
// A lock dies with its process, so after `kill -9` the address is free and the file is only a memory.

/// A container's hold on an address of its network, for as long as this object lives.
///
/// Close-on-exec, and so not the workload's. The cost does not grow with the number of leases: the search goes on where
/// the last one ended, and an address that was given back is not handed out again at once.
public final class AddressLease {
    /// The address.
    public let address: IPAddress
    private let directory: FilePath
    private var descriptor: CInt

    /// Why an address cannot be had, in Docker's words.
    public enum Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        /// Every address of the subnet is held.
        case exhausted
        /// The wanted address is held, or is not for containers: the network's own, or an auxiliary one.
        case inUse(IPAddress)
        /// The wanted address lies elsewhere.
        case foreign(IPAddress)

        /// Docker's text.
        public var description: String {
            switch self {
            case .exhausted: "no available addresses on this pool"
            case .inUse: "Address already in use"
            case .foreign(let address):
                "invalid address \(address): It does not belong to any of this network's subnets"
            }
        }
    }

    private init(address: IPAddress, directory: FilePath, descriptor: CInt) {
        self.address = address
        self.directory = directory
        self.descriptor = descriptor
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Takes the wanted address, which may be any of the subnet, or the next free one of the subnet's range; never the
    /// network's own, the broadcast address, the gateway or an auxiliary one. Several subnets of both families may share a
    /// directory. `holder` is written into the file for people to read.
    ///
    /// Throws `Refusal`, or `KernelError` about a file.
    public static func take(
        in directory: FilePath, from subnet: NetworkSubnet, wanted: IPAddress? = nil, holder: String
    ) throws -> AddressLease {
        let range = OfferedRange(subnet)
        try check(wanted, in: subnet, range)
        let lock = try LeaseDirectoryLock(directory)
        defer { withExtendedLifetime(lock) {} }
        if let wanted {
            guard let lease = try take(wanted, directory, holder) else { throw Refusal.inUse(wanted) }
            return lease
        }
        let found = try range.first(from: lock.next(in: range.pool), known: { try known(in: directory) }) {
            try take($0, directory, holder)
        }
        guard let lease = found else { throw Refusal.exhausted }
        try lock.setNext(range.offset(after: lease.address), in: range.pool)
        return lease
    }

    /// The address that `take` would give now; nothing is taken and nothing is written. Throws as `take` does.
    public static func peek(
        in directory: FilePath, from subnet: NetworkSubnet, wanted: IPAddress? = nil
    ) throws -> IPAddress {
        let range = OfferedRange(subnet)
        try check(wanted, in: subnet, range)
        let lock = try LeaseDirectoryLock.existing(directory)
        defer { withExtendedLifetime(lock) {} }
        if let wanted {
            guard try isFree(wanted, directory) else { throw Refusal.inUse(wanted) }
            return wanted
        }
        let found = try range.first(from: lock?.next(in: range.pool) ?? 0, known: { try known(in: directory) }) {
            try isFree($0, directory) ? $0 : nil
        }
        guard let found else { throw Refusal.exhausted }
        return found
    }

    /// Who holds an address, in the words that he gave to `take`; nil when nobody does, or when that cannot be found out:
    /// it is for a message about something else.
    public static func holder(of address: IPAddress, in directory: FilePath) -> String? {
        // With the directory's lock, so that the look is nobody's failure: it takes the file's for a moment.
        guard let lock = try? LeaseDirectoryLock.existing(directory) else { return nil }
        defer { withExtendedLifetime(lock) {} }
        guard let isFree = try? isFree(address, directory), !isFree else { return nil }
        return try? Files.text(directory.appending(address.description)).trimmed
    }

    private static func check(_ wanted: IPAddress?, in subnet: NetworkSubnet, _ range: OfferedRange) throws(Refusal) {
        guard let wanted else { return }
        guard subnet.subnet.contains(wanted) else { throw .foreign(wanted) }
        guard range.offers(wanted) else { throw .inUse(wanted) }
    }

    private static func known(in directory: FilePath) throws(KernelError) -> Set<IPAddress> {
        Set(try Files.names(in: directory).compactMap { IPAddress($0) })
    }

    private static func isFree(_ address: IPAddress, _ directory: FilePath) throws(KernelError) -> Bool {
        let path = directory.appending(address.description)
        let number = minirun_open(path.string, O_RDONLY | O_NOFOLLOW, 0)
        guard number >= 0 else {
            let error = Errno.current
            if error == .noSuchFileOrDirectory { return true }
            throw KernelError("open \(path)", error)
        }
        let file = OwnedDescriptor(owning: number)
        return flock(file.rawValue, LOCK_EX | LOCK_NB) == 0
    }

    /// Holds an address together with its present holder: for one who joins that container's network namespace.
    /// Throws `KernelError`.
    public static func share(_ address: IPAddress, in directory: FilePath) throws -> AddressLease {
        let lock = try LeaseDirectoryLock(directory)
        let path = directory.appending(address.description)
        let descriptor = try open(path)
        guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else {
            let error = Errno.current
            close(descriptor)
            throw KernelError("lock \(path)", error)
        }
        withExtendedLifetime(lock) {}
        return AddressLease(address: address, directory: directory, descriptor: descriptor)
    }

    /// Gives the address back and, when nobody shares it, removes its file. Safe to call twice. Throws `KernelError`.
    public func release() throws {
        guard descriptor >= 0 else { return }
        let lock = try LeaseDirectoryLock(directory)
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(directory.appending(address.description).string) }
        close(descriptor)
        descriptor = -1
        withExtendedLifetime(lock) {}
    }

    /// Removes the files of addresses that nobody holds any more. To be called when somebody was killed: the cost grows with
    /// the number of leases. Throws `KernelError`.
    public static func sweep(in directory: FilePath) throws {
        let names = try Files.names(in: directory).filter { IPAddress($0) != nil }
        guard !names.isEmpty else { return }
        let lock = try LeaseDirectoryLock(directory)
        for name in names {
            let path = directory.appending(name).string
            let number = minirun_open(path, O_RDONLY | O_NOFOLLOW, 0)
            guard number >= 0 else { continue }
            let file = OwnedDescriptor(owning: number)
            if flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
        }
        withExtendedLifetime(lock) {}
    }

    /// Nil when somebody holds it.
    private static func take(
        _ address: IPAddress, _ directory: FilePath, _ holder: String
    ) throws(KernelError) -> AddressLease? {
        let path = directory.appending(address.description)
        let descriptor = try open(path)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error = Errno.current
            close(descriptor)
            if error == .wouldBlock { return nil }
            throw KernelError("lock \(path)", error)
        }
        // From the exclusive lock, which proves that nobody holds it, to the shared one, which others may join. The
        // exchange is not atomic, but whoever could come between waits for the directory's lock.
        let lease = AddressLease(address: address, directory: directory, descriptor: descriptor)
        let line = holder + "\n"
        guard ftruncate(descriptor, 0) == 0, write(descriptor, line, line.utf8.count) >= 0,
            flock(descriptor, LOCK_SH) == 0
        else { throw KernelError.current("write \(path)") }
        return lease
    }

    private static func open(_ path: FilePath) throws(KernelError) -> CInt {
        // The owner's alone: what anybody may read, anybody may lock, and so keep addresses from others.
        let descriptor = minirun_open(path.string, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw KernelError.current("open \(path)") }
        return descriptor
    }
}
