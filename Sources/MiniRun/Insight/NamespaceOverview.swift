import CShim
import Namespaces
import SystemPackage

/// The namespaces of the host and of running containers beside each other, by their inodes.
public struct NamespaceOverview: Sendable {
    /// The host, or a container.
    public struct Row: Sendable {
        /// `host`, or the container's name.
        public var name: String
        /// The process whose namespaces these are.
        public var pid: Int32
        /// The inode of each namespace, in the order of ``kinds``; nil where the kernel has none or does not tell.
        public var inodes: [UInt64?]
        /// Which ids inside stand for which outside.
        public var map: IDMap?
        /// What its first process may do.
        public var capabilities: CapabilitySet
        /// Whether those count over the host.
        public var isHostsUser: Bool
    }

    /// The kinds, as /proc names them.
    public static let kinds = ["user", "mnt", "uts", "ipc", "pid", "net", "cgroup", "time"]

    /// The host's row first.
    public let rows: [Row]

    /// Looks at the running containers, or those of these names. Throws `NoSuchContainer`, ``ContainerConflict`` for one that
    /// does not run, `KernelError`.
    public init(_ paths: StatePaths, _ references: [String] = []) throws {
        let containers = try Containers(paths)
        let chosen =
            try references.isEmpty
            ? containers.store.containers(all: false, held: containers.held).filter(\.isRunning)
                .sorted { ($0.joins, $0.record.name) < ($1.joins, $1.record.name) }
            : references.map { try containers.store.find($0) }
        // The host's are those of the first process that we see: our own, unless somebody has put us elsewhere.
        let own = Self.inodes(of: getpid())
        var rows = [try Self.row("host", getpid(), own)]
        for container in chosen {
            guard let process = container.record.process, container.isRunning, process.isAlive else {
                if references.isEmpty { continue }
                throw ContainerConflict(notRunning: container.record.name)
            }
            rows.append(try Self.row(container.record.name, process.pid, own))
        }
        self.rows = rows
    }

    /// From plain values, for tests.
    init(rows: [Row]) { self.rows = rows }

    private static func row(_ name: String, _ pid: pid_t, _ host: [UInt64?]) throws(KernelError) -> Row {
        let inodes = inodes(of: pid)
        let status = try Files.text(FilePath("/proc/\(pid)/status"))
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapBnd:") }
        let mask = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
        return Row(
            name: name, pid: pid, inodes: inodes, map: try? IDMap.of(process: pid),
            capabilities: CapabilitySet(rawValue: mask), isHostsUser: inodes[0] == host[0])
    }

    private static func inodes(of pid: pid_t) -> [UInt64?] {
        kinds.map { kind in
            (try? Files.linkTarget(FilePath("/proc/\(pid)/ns/\(kind)"))).flatMap { UInt64($0.filter(\.isNumber)) }
        }
    }
}

extension NamespaceOverview {
    /// The table: a namespace that an earlier row has too is shown as `= NAME`. With `inWords` the id map and the
    /// capabilities follow.
    public func text(inWords: Bool) -> String {
        var first: [UInt64: String] = [:]
        var table = [["NAME", "PID"] + Self.kinds.map { $0.uppercased() }]
        for row in rows {
            table.append(
                [row.name, "\(row.pid)"]
                    + row.inodes.map { inode in
                        guard let inode else { return "-" }
                        if let owner = first[inode] { return "= \(owner)" }
                        first[inode] = row.name
                        return "\(inode)"
                    })
        }
        let widths = table[0].indices.map { column in table.map { TextTable.width(of: $0[column]) }.max() ?? 0 }
        var lines = table.map { row in
            zip(row, widths).map { TextTable.padded($0, to: $1) }.joined(separator: "  ").trimmingBlanks
        }
        if inWords { lines += rows.flatMap { ["", "\($0.name):"] + $0.words.map { "  \($0)" } } }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same for programs.
    public var json: JSONValue {
        .array(
            rows.map { row in
                .record([
                    "name": .string(row.name), "pid": .integer(Int64(row.pid)),
                    "namespaces": .map(
                        Dictionary(
                            uniqueKeysWithValues: zip(Self.kinds, row.inodes).compactMap { kind, inode in
                                inode.map { (kind, JSONValue.integer(Int64($0))) }
                            })),
                    "uidMap": row.map.map { .string($0.uidText.replacing("\n", with: ";")) },
                    "gidMap": row.map.map { .string($0.gidText.replacing("\n", with: ";")) },
                    "capabilities": .strings(row.capabilities.names),
                ])
            })
    }
}

extension NamespaceOverview.Row {
    /// The id map and the capabilities, in words.
    public var words: [String] {
        var phrases: [Phrase] = []
        if let map, !map.isInitial {
            for range in map.uids {
                let (first, last) = (range.inside, range.last(range.inside))
                phrases.append(
                    first == range.outside
                        ? Phrase("users \(first) to \(last) are the same outside", "用户 \(first) 至 \(last) 内外相同")
                        : Phrase(
                            "users \(first) to \(last) inside are \(range.outside) to \(range.last(range.outside)) outside",
                            "容器内的用户 \(first) 至 \(last) 在外面是 \(range.outside) 至 \(range.last(range.outside))"))
            }
        } else {
            phrases.append(
                Phrase(
                    "users are the same inside and outside: root here is root of the host",
                    "内外用户相同：这里的 root 就是主机的 root"))
        }
        let count = capabilities.members.count
        let names = capabilities.names.map { $0.hasPrefix("CAP_") ? String($0.dropFirst(4)) : $0 }
            .joined(separator: " ")
        let power =
            if capabilities.isSuperset(of: .known) {
                Phrase("all \(count) capabilities", "全部 \(count) 项权能")
            } else if count == 0 {
                Phrase("no capabilities", "没有任何权能")
            } else {
                Phrase("\(count) capabilities: \(names)", "\(count) 项权能：\(names)")
            }
        phrases.append(
            isHostsUser
                ? Phrase("\(power.english), over the host", "\(power.chinese)，对主机有效")
                : Phrase("\(power.english), over its own namespaces only", "\(power.chinese)，仅对自己的名字空间有效"))
        return phrases.map(\.description)
    }
}

extension Container {
    /// 1 for who has joined somebody else's network, so that it stands below whose it is.
    fileprivate var joins: Int { record.network.mode.begins(with: "container:") ? 1 : 0 }
}

extension IDMap.Range {
    /// The last id of a run that begins with `start`.
    fileprivate func last(_ start: UInt32) -> UInt64 { UInt64(start) + UInt64(count) - 1 }
}

extension String {
    fileprivate var trimmingBlanks: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
