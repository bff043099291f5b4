import CShim
import SystemPackage
import Testing

@testable import Namespaces

/// Hierarchies of control groups made of plain files and directories, for what no kernel at hand has.
final class PlainControlGroups {
    let directory: FilePath

    init() throws {
        var template = Array("/tmp/minirun-groups-XXXXXX".utf8CString)
        directory = FilePath(String(cString: try #require(mkdtemp(&template))))
    }

    deinit { try? Files.removeTree(directory) }

    /// Puts files into a group; without content, those that every group has.
    func group(_ path: String, _ files: [String: String] = [:]) throws {
        let place = directory.appending(path)
        try Files.makeDirectory(place)
        let common = ["cgroup.procs": "", "cgroup.controllers": "", "cgroup.subtree_control": ""]
        for (name, text) in common.merging(files, uniquingKeysWith: { $1 }) {
            try Files.write(text, to: place.appending(name))
        }
    }

    /// What a file holds.
    func text(_ path: String) throws -> String { try Files.text(directory.appending(path)) }

    /// The layout with `v2` mounted as cgroup v2 and each other name as a cgroup v1 controller.
    func layout(_ names: String..., own: String = "/") -> ControlGroupLayout {
        let mounts = names.map { name in
            let type = name == "v2" ? "cgroup2 cgroup2 rw" : "cgroup cgroup rw,\(name)"
            return "1 2 0:3 / \(directory)/\(name) rw - \(type)"
        }
        let memberships = names.map { $0 == "v2" ? "0::\(own)" : "1:\($0):\(own)" }
        return ControlGroupLayout(
            mountinfo: mounts.joined(separator: "\n"), membership: memberships.joined(separator: "\n"))
    }
}
