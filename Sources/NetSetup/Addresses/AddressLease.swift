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
        if let wanted, !gateway.contains(wanted) { throw Refusal.foreign(wanted) }
        let guardian = try Guardian(directory)
        let range = OfferedRange(gateway: gateway)
        if let wanted {
            guard range.offers(wanted), let lease = try take(wanted, directory, holder) else {
                throw Refusal.inUse(wanted)
            }
            return lease
        }
        var offset = range.normalized(guardian.next())
        for _ in 0..<range.count {
            let candidate = range.base.advanced(by: offset)
            offset = range.normalized(offset + 1)
            if range.offers(candidate), let lease = try take(candidate, directory, holder) {
                try guardian.setNext(offset)
                return lease
            }
        }
        throw Refusal.exhausted
    }

    /// Holds an address together with its present holder: for one who joins that container's network namespace.
    public static func share(_ address: IPAddress, in directory: FilePath) throws -> AddressLease {
        let guardian = try Guardian(directory)
        let path = directory.appending(address.description)
        let descriptor = try open(path)
        guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else {
            let error = Errno.current
            close(descriptor)
            throw KernelError("lock \(path)", error)
        }
        withExtendedLifetime(guardian) {}
        return AddressLease(address: address, directory: directory, descriptor: descriptor)
    }

    /// Gives the address back and, when nobody shares it, removes its file. Safe to call twice.
    public func release() throws {
        guard descriptor >= 0 else { return }
        let guardian = try Guardian(directory)
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(directory.appending(address.description).string) }
        close(descriptor)
        descriptor = -1
        withExtendedLifetime(guardian) {}
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
        else { throw KernelError("write \(path)", .current) }
        return lease
    }

    private static func open(_ path: FilePath) throws(KernelError) -> CInt {
        let descriptor = minirun_open(path.string, O_RDWR | O_CREAT | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw KernelError("open \(path)", .current) }
        return descriptor
    }
}

/// The lock on a lease directory, and the number kept in it.
private struct Guardian: ~Copyable {
    private let file: OwnedDescriptor
    private let path: FilePath

    init(_ directory: FilePath) throws(KernelError) {
        let path = directory.appending(".next")
        let file = try Self.lock(path, in: directory)
        self.path = path
        self.file = file
    }

    private static func lock(_ path: FilePath, in directory: FilePath) throws(KernelError) -> OwnedDescriptor {
        let file = OwnedDescriptor(owning: try open(path, in: directory))
        while flock(file.rawValue, LOCK_EX) != 0 {
            let error = Errno.current
            if error != .interrupted { throw KernelError("lock \(path)", error) }
        }
        return file
    }

    /// Where the search begins; a file without a number means at the beginning.
    func next() -> UInt64 {
        var bytes = [UInt8](repeating: 0, count: 24)
        let count = pread(file.rawValue, &bytes, bytes.count, 0)
        return UInt64(String(decoding: bytes[..<max(0, count)], as: UTF8.self).trimmed) ?? 0
    }

    func setNext(_ offset: UInt64) throws(KernelError) {
        let line = "\(offset)\n"
        guard pwrite(file.rawValue, line, line.utf8.count, 0) >= 0,
            ftruncate(file.rawValue, off_t(line.utf8.count)) == 0
        else { throw KernelError("write \(path)", .current) }
    }

    private static func open(_ path: FilePath, in directory: FilePath) throws(KernelError) -> CInt {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW
        var number = minirun_open(path.string, flags, 0o644)
        if number < 0, Errno.current == .noSuchFileOrDirectory {
            try makeDirectory(directory)
            number = minirun_open(path.string, flags, 0o644)
        }
        guard number >= 0 else { throw KernelError("open \(path)", .current) }
        return number
    }

    private static func makeDirectory(_ path: FilePath) throws(KernelError) {
        if mkdir(path.string, 0o755) == 0 { return }
        let error = Errno.current
        if error == .fileExists { return }
        guard error == .noSuchFileOrDirectory, !path.removingLastComponent().isEmpty else {
            throw KernelError("create directory \(path)", error)
        }
        try makeDirectory(path.removingLastComponent())
        try makeDirectory(path)
    }
}
