import Namespaces
import SystemPackage

/// A record as a JSON file that a learner can read.
enum JSONFile {
    /// Writes the record in one go. Throws ``OversizedRecord`` rather than what could not be read again, and `KernelError`.
    static func write(_ record: some RecordJSON, to path: FilePath) throws {
        let text = record.json.pretty + "\n"
        guard text.utf8.count <= StateFile.limit else { throw OversizedRecord(path: path) }
        // The environment in it is nobody else's business.
        try Files.write(text, to: path, mode: 0o600)
    }

    /// Reads a record; nil when there is no such file. A file that is not such a record is an error that names it.
    static func read<Record: RecordJSON>(_ type: Record.Type, from path: FilePath) throws -> Record? {
        guard let bytes = try StateFile.read(path) else { return nil }
        do { return try Record(json: JSONValue(parsing: bytes)) } catch {
            throw CorruptFile(path: path, reason: error.description)
        }
    }
}

/// Something wants more written about itself than records hold.
struct OversizedRecord: Error, CustomStringConvertible {
    /// Where it would be.
    let path: FilePath

    /// What it is, and what to do.
    var description: String {
        "\(path) would be longer than \(StateFile.limit >> 20) MiB: the labels, exposed ports, variables or mounts, the image's "
            + "among them, are too many"
    }
}

/// A file of ours that cannot be read as what it should be.
public struct CorruptFile: Error, CustomStringConvertible {
    /// Which one.
    public let path: FilePath
    let reason: String

    /// Names the file, and what to do.
    public var description: String { "\(path) is damaged: \(reason); move it away to go on without it" }
}
