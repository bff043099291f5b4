import CShim
import Namespaces
import SystemPackage

/// The labs that there are: those beside the program, or those that MINIRUN_LABS names.
public struct LabLibrary: Sendable {
    /// Where they are.
    public let directory: FilePath

    /// Finds them. Throws `LabError` when there are none.
    public init() throws {
        if let given = getenv("MINIRUN_LABS").map({ String(cString: $0) }), !given.isEmpty {
            directory = FilePath(given)
            guard access(given, R_OK) == 0 else { throw LabError("MINIRUN_LABS: \(given) cannot be read") }
            return
        }
        guard let first = try OwnProgram.companion("labs/01-cable-and-switch/lab.json") else {
            throw LabError(
                "the labs are not beside this program; run make install, or set MINIRUN_LABS",
                "程序旁边没有实验；请运行 make install，或设置 MINIRUN_LABS")
        }
        directory = first.removingLastComponent().removingLastComponent()
    }

    /// The names of all, in the order of their numbers. Throws `KernelError`.
    public func names() throws -> [String] {
        try Files.directories(in: directory).filter { name in
            access(directory.appending(name).appending("lab.json").string, R_OK) == 0
                && !name.contains { !$0.isASCII || !($0 == "-" || $0.isLetter || $0.isNumber) }
        }.sorted()
    }

    /// The lab that a number, a name or a directory stands for. Throws `LabError`.
    public static func lab(_ word: String, seed: UInt64 = LabValues.plainSeed) throws -> Lab {
        if word.contains("/") {
            guard access("\(word)/lab.json", R_OK) == 0, let absolute = realpath(word, nil) else {
                throw LabError("\(word) has no lab.json")
            }
            // Later commands may come from another working directory.
            defer { free(absolute) }
            return try Lab(FilePath(String(cString: absolute)), seed: seed)
        }
        return try LabLibrary().lab(named: word, seed: seed)
    }

    private func lab(named word: String, seed: UInt64) throws -> Lab {
        let names = try names()
        let number = Int(word)
        let found = names.first { name in
            name == word || name.split(separator: "-").dropFirst().joined(separator: "-") == word
                || number != nil && Int(name.prefix { $0 != "-" }) == number
        }
        if let found { return try Lab(directory.appending(found), seed: seed) }
        throw LabError(
            "there is no lab \(word); minirun lab ls shows them", "没有实验 \(word)；minirun lab ls 可以列出全部")
    }

    /// All of them. Throws what is wrong with one.
    public func all() throws -> [Lab] { try names().map { try Lab(directory.appending($0)) } }
}
