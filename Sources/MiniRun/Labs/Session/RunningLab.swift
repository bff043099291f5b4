import CShim
import Namespaces
import SystemPackage

/// A lab that runs on this machine, seen from outside: another terminal of the same user.
public struct RunningLab: Sendable {
    /// Its first process.
    let process: pid_t

    /// The labs of this user, the newest last. Throws `KernelError`.
    static func all() throws -> [RunningLab] {
        try Files.names(in: "/proc").compactMap { pid_t($0) }.sorted().filter { process in
            isOurs(process)
        }.map(RunningLab.init)
    }

    /// Whether a process is the first one of a lab, of this user's, that was started from this very place: its grandparent is `lab
    /// start` in our own mount namespace. Anybody can call a process like that, in a container too; but nobody can choose his
    /// ancestors, and to enter somebody's namespaces is to run what he likes.
    private static func isOurs(_ process: pid_t) -> Bool {
        guard words(of: process).starts(with: LabStart.insideWords), owners(of: process) == [geteuid()],
            let playground = parent(of: process), let start = parent(of: playground),
            let ours = try? NamespaceHandle(.mount).inode()
        else { return false }
        return [["lab", "start"], ["lab", "exam"]].contains(Array(words(of: start).prefix(2)))
            && owners(of: start) == [geteuid()] && (try? NamespaceHandle(.mount, of: start).inode()) == ours
    }

    /// The words of a process's command line behind its name.
    private static func words(of process: pid_t) -> [String] {
        let text = (try? Files.text(FilePath("/proc/\(process)/cmdline"))) ?? ""
        return text.parts("\0").dropFirst().map { $0 }
    }

    /// The fourth field of proc_pid_stat(5), behind the name, which may have blanks and brackets.
    private static func parent(of process: pid_t) -> pid_t? {
        let text = (try? Files.text(FilePath("/proc/\(process)/stat"))) ?? ""
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 1 ? pid_t(fields[1]) : nil
    }

    /// The real, effective, saved and file system user of a process (proc_pid_status(5)).
    private static func owners(of process: pid_t) -> Set<uid_t> {
        let status = (try? Files.text(FilePath("/proc/\(process)/status"))) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("Uid:") }
        return Set((line ?? "").dropFirst(4).split(whereSeparator: \.isWhitespace).compactMap { uid_t($0) })
    }

    /// Set where a lab was entered.
    static let mark = "MINIRUN_LAB_ENTERED"

    /// The lab sees the same directories, but for /run.
    private static var workingDirectory: [String] {
        guard let path = getcwd(nil, 0) else { return [] }
        defer { free(path) }
        let directory = FilePath(String(cString: path))
        return directory.starts(with: "/run") ? [] : ["--wdns=\(directory)"]
    }

    /// Runs `minirun lab WORDS` in the lab in this process's place; returns only by throwing.
    func run(_ words: [String]) throws -> Never {
        let kinds: [NamespaceKind] = [.user, .mount, .uts, .ipc, .network, .pid]
        // Entering one's own is an error.
        let options = try kinds.filter { kind in
            try NamespaceHandle(kind).inode() != NamespaceHandle(kind, of: process).inode()
        }.map(\.toolOption)
        let credentials = options.contains("--user") ? ["--preserve-credentials"] : []
        LabPlaces.setEnvironment()
        setenv(Self.mark, "1", 1)
        let all =
            try ["nsenter", "--target", "\(process)"] + options + credentials + Self.workingDirectory + [
                "--", OwnProgram.path().string,
            ] + words
        var arguments = all.map { strdup($0) } + [nil]
        execvp("nsenter", &arguments)
        throw KernelError.current("run nsenter, which enters the lab")
    }
}

extension LabSession {
    /// The session of the lab that this process is in. In none, the same command is run in the newest lab of this user, in
    /// this process's place. Throws `NoLab`.
    public static func here(_ words: [String]) throws -> LabSession {
        if let session = try current() { return session }
        // Entered, and still none: it is being made.
        guard getenv(RunningLab.mark) == nil else {
            throw LabError("the lab is still starting: try again", "实验还在启动：请稍后再试")
        }
        let labs = try RunningLab.all()
        guard let lab = labs.last else { throw NoLab() }
        if labs.count > 1 { StandardError.write("minirun: \(LabWords.severalRun(labs.count))\n") }
        try lab.run(words)
    }
}

/// There is nothing to look at.
public struct NoLab: Error, Sendable, CustomStringConvertible {
    /// What to do.
    public var description: String { "\(LabWords.noLab)" }
}
