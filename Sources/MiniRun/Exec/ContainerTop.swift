import CShim
import Namespaces

/// `minirun top`: what the host's ps(1) says of a container's processes.
public struct ContainerTop {
    private let store: ContainerStore

    /// The containers of this store.
    public init(_ paths: StatePaths) { store = ContainerStore(paths) }

    /// The lines of ps with these options (`-ef` when there are none): the header, and those of the container's processes.
    /// Throws `NoSuchContainer`, `ContainerConflict` for one that does not run, and what ps says when it fails.
    public func lines(of reference: String, options: [String]) throws -> [String] {
        try store.checkOwner()
        let container = try store.find(reference)
        let process = try container.firstProcess(for: reference)
        let members = try? ContainerProcesses(first: process.pid).list()
        guard let members, process.isAlive else { throw ContainerConflict(notRunning: container.record.id) }
        store.tell(.top, of: container.record)
        return try ProcessListing.lines(of: Set(members), in: Self.ps(options.isEmpty ? ["-ef"] : options, members))
    }

    /// Some options that select processes by themselves do not go together with `-q`.
    private static func ps(_ options: [String], _ processes: [pid_t]) throws -> String {
        let selection = ["-q", processes.map(String.init).joined(separator: ",")]
        let (status, output) = try Command.run(["ps"] + options + selection)
        if status == 0 { return output }
        let (status2, output2) = try Command.run(["ps"] + options)
        if status2 == 0 { return output2 }
        let reason = output2.parts("\n").first { !$0.isEmpty }
        throw ContainerConflict(reason ?? "Error running ps: exit status \(status2)")
    }
}

/// The text of ps(1), of which only some processes are wanted.
enum ProcessListing {
    /// The header and the lines of these processes, as they are; lines of threads (`-` instead of a number) follow their
    /// process. Throws Docker's sentences for a text without the column.
    static func lines(of processes: Set<pid_t>, in text: String) throws(ContainerConflict) -> [String] {
        var lines = text.parts("\n")[...]
        let header = lines.popFirst() ?? ""
        guard let column = header.words.firstIndex(of: "PID") else {
            throw ContainerConflict("Couldn't find PID field in ps output")
        }
        var found = [header]
        var isWanted = false
        for line in lines {
            let fields = line.words
            guard fields.indices.contains(column) else { continue }
            if fields[column] != "-" {
                guard let number = pid_t(fields[column]) else {
                    throw ContainerConflict("Unexpected pid '\(fields[column])' in ps output")
                }
                isWanted = processes.contains(number)
            }
            if isWanted { found.append(line) }
        }
        return found
    }
}
