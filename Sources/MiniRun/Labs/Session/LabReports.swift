import Namespaces
import SystemPackage

/// The reports of a class.
public enum LabReports {
    /// A line for each file, and whether all are genuine.
    public static func table(_ files: [String], csv: Bool) -> (text: String, isGood: Bool) {
        let key = LabKey.current
        var isGood = true
        var rows = files.map { file in
            do {
                guard let bytes = try StateFile.read(FilePath(file)) else {
                    throw KernelError("read \(file)", .noSuchFileOrDirectory)
                }
                let report = try LabReport(parsing: bytes)
                isGood = isGood && report.row(key).first == "yes"
                return [file.printable] + report.row(key).map(\.printable) + [""]
            } catch {
                isGood = false
                return [file.printable, "NO"] + [String](repeating: "", count: LabReport.columns.count - 1)
                    + ["\(error)".printable]
            }
        }
        var header = ["file"] + LabReport.columns + ["problem"]
        // A spreadsheet's columns are always the same.
        if !csv, rows.allSatisfy({ $0.last?.isEmpty == true }) {
            header.removeLast()
            rows = rows.map { $0.dropLast() }
        }
        let text =
            csv
            ? CommaSeparatedValues.text([header] + rows)
            : TextTable.text(header: header.map { $0.uppercased() }, rows: rows)
        return (text, isGood)
    }
}

extension LabReport {
    /// Writes it into a file. Throws `KernelError`.
    public func write(to file: String) throws { try Files.write(text, to: FilePath(file)) }
}

extension LabActions {
    /// The report on what has been done so far.
    public mutating func report() throws -> LabReport {
        let grade = try check()
        return LabReport(grade, session, key: .current)
    }
}
