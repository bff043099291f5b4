import CShim
import Namespaces
import SystemPackage

// The layout of a network's lease directory:
//
//   .next         the offset at which the next search begins; locked (flock) while anybody allocates or gives back
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
        /// The wanted address is held, or is the network's own.
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

    /// Takes the wanted address, or the next free one of the gateway's subnet; never the network's own, the broadcast
    /// address or the gateway. `holder` is written into the file for people to read.
    ///
    /// Throws `Refusal`, or `KernelError` about a file.
    public static func take(
        in directory: FilePath, gateway: IPPrefix, wanted: IPAddress? = nil, holder: String
    ) throws -> AddressLease {
        let range = OfferedRange(gateway: gateway)
        try check(wanted, in: gateway, range)
        let lock = try LeaseDirectoryLock(directory)
        defer { withExtendedLifetime(lock) {} }
        if let wanted {
            guard let lease = try take(wanted, directory, holder) else { throw Refusal.inUse(wanted) }
            return lease
        }
        for candidate in range.candidates(from: lock.next()) {
            guard let lease = try take(candidate, directory, holder) else { continue }
            try lock.setNext(range.offset(after: candidate))
            return lease
        }
        throw Refusal.exhausted
    }

    /// The address that `take` would give now; nothing is taken and nothing is written. Throws as `take` does.
    public static func peek(in directory: FilePath, gateway: IPPrefix, wanted: IPAddress? = nil) throws -> IPAddress {
        let range = OfferedRange(gateway: gateway)
        try check(wanted, in: gateway, range)
        let exists = access(directory.appending(LeaseDirectoryLock.name).string, F_OK) == 0
        let lock = exists ? try LeaseDirectoryLock(directory) : nil
        if let wanted {
            guard try isFree(wanted, directory) else { throw Refusal.inUse(wanted) }
            return wanted
        }
        for candidate in range.candidates(from: lock?.next() ?? 0) where try isFree(candidate, directory) {
            return candidate
        }
        throw Refusal.exhausted
    }

    /// The same of a subnet with all that is known of it.
    public static func take(
        in directory: FilePath, from subnet: NetworkSubnet, wanted: IPAddress? = nil, holder: String
    ) throws -> AddressLease {
        try take(in: directory, gateway: subnet.gatewayPrefix ?? subnet.subnet, wanted: wanted, holder: holder)
    }

    /// Likewise.
    public static func peek(
        in directory: FilePath, from subnet: NetworkSubnet, wanted: IPAddress? = nil
    ) throws -> IPAddress {
        try peek(in: directory, gateway: subnet.gatewayPrefix ?? subnet.subnet, wanted: wanted)
    }

    private static func check(_ wanted: IPAddress?, in gateway: IPPrefix, _ range: OfferedRange) throws(Refusal) {
        guard let wanted else { return }
        guard gateway.contains(wanted) else { throw .foreign(wanted) }
        guard range.offers(wanted) else { throw .inUse(wanted) }
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
