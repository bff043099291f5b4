import CShim
import SystemPackage

/// Gives the pipes among its standard streams to the container's user, so that it can open /dev/stdout, as nginx does for
/// its log. Files and terminals are the caller's and stay as they are.
public struct OwnStandardPipes: Step {
    /// The user's id outside.
    public var uid: UInt32
    /// What will be the container's standard streams.
    public var streams: [CInt]

    /// For a user id of the host; the streams are the caller's own unless said otherwise.
    public init(uid: UInt32, streams: [CInt] = [0, 1, 2]) {
        self.uid = uid
        self.streams = streams
    }

    /// The three voices.
    public var explanation: Explanation {
        Explanation(
            shell: [
                "for n in \(streams.map(String.init).joined(separator: " ")); do [ ! -p \"/proc/self/fd/$n\" ] || chown \(uid) \"/proc/self/fd/$n\"; done"
            ],
            systemCalls: streams.map { "fchown(\($0), \(uid), -1)  # if it is a pipe" },
            why: "/dev/stdout is opened anew through /proc, and the kernel then asks whose the pipe is.")
    }

    /// One of pipe(2): a FIFO with a name in a directory is somebody's file.
    private static func isPipe(_ descriptor: CInt) -> Bool {
        var system = statfs()
        return fstatfs(descriptor, &system) == 0 && system.f_type == PIPEFS_MAGIC
    }

    /// Changes the owner; where the kernel does not allow it (an id without a map), the pipe stays as it is and only
    /// opening it by name fails. Throws ``KernelError``.
    public func apply(on stage: Stage) throws {
        for descriptor in streams {
            var status = stat()
            guard Self.isPipe(descriptor), fstat(descriptor, &status) == 0, status.st_uid != uid else { continue }
            if fchown(descriptor, uid, gid_t.max) != 0 {
                let errno = Errno.current
                if errno != .notPermitted && errno != .invalidArgument {
                    throw KernelError("give standard stream \(descriptor) to user \(uid)", errno)
                }
            }
        }
    }
}
