import CShim
import Namespaces
import SystemPackage

extension ContainerStore {
    /// The log of a container, running or not. Throws `NoSuchContainer`, `AmbiguousContainer`, `CorruptFile`, `KernelError`,
    /// and `ContainerConflict` for one that keeps no log.
    public func logSource(of reference: String) throws -> LogSource {
        let container = try find(reference)
        let record = container.record
        if let sentence = record.foregroundSentence, access(log(of: record.id).string, F_OK) != 0 {
            throw ContainerConflict(sentence)
        }
        let options = try LogOptions(driver: record.request.logDriver, options: record.request.logOptions)
        if options.driver == .none {
            throw ContainerConflict("configured logging driver does not support reading")
        }
        let supervisor = record.supervisor.flatMap { identity in container.isHeld ? pidfd_open(identity.pid, 0) : nil }
        let ended = supervisor.flatMap { $0 < 0 ? nil : OwnedDescriptorBox($0) }
        return LogSource(
            path: log(of: record.id), isTerminal: record.request.terminal, ended: ended
        ) { (try? isHeld(record.id)) ?? false }
    }

    /// Where the container's log is, or will be.
    func log(of id: String) -> FilePath { directory(of: id).appending("\(id)-json.log") }
}
