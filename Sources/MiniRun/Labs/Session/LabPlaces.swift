import CShim
import Namespaces
import SystemPackage

/// Where a lab keeps what it has to remember: in its own world's /run, which goes with it.
enum LabPlaces {
    static let directory = FilePath("/run/lab")
    /// What the student has done.
    static let session = directory.appending("session.json")
    /// Held while that is changed.
    static let lock = directory.appending("lock")
    /// The process id of the shell, which a reset ends.
    static let shell = directory.appending("shell")
    /// What the world was when the student came.
    static let start = directory.appending("start.json")
    /// What it was before something was broken.
    static let whole = directory.appending("whole.json")
    /// That all is to begin anew, once the shell has ended.
    static let reset = directory.appending("reset")
    /// Programs that labs need, first in PATH.
    static let programs = directory.appending("bin")
    /// For temporary files.
    static let temporary = directory.appending("tmp")

    /// Makes the directories and what is in PATH.
    static func build() throws {
        for path in [directory, programs] { try Files.makeDirectory(path) }
        try Files.makeDirectory(temporary, mode: 0o1777)
        if let hello = try OwnProgram.companion("rootfs-tools/hello") {
            guard symlink(hello.string, programs.appending("hello").string) == 0 else {
                throw KernelError.current("link hello into \(programs)")
            }
        }
        // The user's own prompt would hide in which namespace a shell is.
        try Files.write(
            "#!/bin/sh\nexec /bin/bash --norc --noprofile \"$@\"\n", to: programs.appending("bash"), mode: 0o755)
    }

    /// The environment of everything in a lab.
    static func setEnvironment() {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/sbin:/usr/bin:/sbin:/bin"
        if !path.split(separator: ":").contains(Substring(programs.string)) { setenv("PATH", "\(programs):\(path)", 1) }
        setenv("TMPDIR", temporary.string, 1)
        setenv("MINIRUN_ROOT", PlaygroundMounts.root, 1)
        setenv("MINIRUN_CONFIG", PlaygroundMounts.settings, 1)
        unsetenv("MINIRUN_STATE")
    }
}

extension LabSnapshot: RecordJSON {}
