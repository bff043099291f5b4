import Namespaces
import SystemPackage

/// A directory that has to be there.
struct MakeDirectory: Step {
    let path: FilePath

    init(_ path: FilePath) { self.path = path }

    func apply(on stage: Stage) throws { try Files.makeDirectory(path) }

    var explanation: Explanation {
        Explanation(
            shell: ["mkdir -p \(path.string.shellQuoted)"], systemCalls: ["mkdir(\"\(path)\", 0755)"],
            why: "minirun keeps its files in plain directories that anybody can read.")
    }
}
