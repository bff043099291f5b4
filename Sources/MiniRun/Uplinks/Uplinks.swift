import CShim
import Namespaces
import NetSetup
import SystemPackage

/// `minirun uplink`: the host's own way to the network over a bridge that containers can be plugged into.
public struct Uplinks {
    private let paths: StatePaths
    private let voices: ExplainVoices?

    /// Those that were moved by users of this store.
    public init(_ paths: StatePaths, explain voices: ExplainVoices? = nil) {
        self.paths = paths
        self.voices = voices
    }

    /// Moves a card's addresses and routes to a new bridge, or macvlan. With `patience`, everything is moved back after so
    /// long unless ``confirm(_:)`` comes before, by a process in the background: when that one is killed, the move stays.
    /// Throws `UsageError`, or with everything put back `NetlinkError`; `RunFailure` without words when the process in the
    /// background has said them.
    public func attach(
        _ card: String, to bridge: String, _ mode: UplinkMode, confirmWithin patience: GoDuration? = nil
    ) throws {
        try Privilege.check("uplink needs root, to change the host's network")
        guard let patience else {
            _ = try move(card, bridge, mode, deadline: nil)
            return
        }
        guard patience.nanoseconds > 0 else { throw UsageError("--confirm needs a time, such as 30s") }
        let deadline = Timestamp(nanoseconds: Timestamp.now.nanoseconds + patience.nanoseconds)
        let end = Moment.after(nanoseconds: patience.nanoseconds)
        // Before the change, and in a session of its own: should the change cut the user's connection, it goes on.
        try BackgroundProcess.launch { front in
            let moved: UplinkRecord
            do { moved = try move(card, bridge, mode, deadline: deadline) } catch {
                StandardError.write("minirun: \(error)\n")
                front.connection.send(.failed(code: 125))
                return 1
            }
            front.hasStarted()
            front.connection.close()
            while !end.hasCome { _ = poll(nil, 0, Moment.milliseconds(until: end)) }
            return takeBack(moved) ? 0 : 1
        }.close()
    }

    private func move(
        _ card: String, _ bridge: String, _ mode: UplinkMode, deadline: Timestamp?
    ) throws -> UplinkRecord {
        let lock = try enter()
        defer { lock.unlock() }
        if let record = try record(card) {
            throw UsageError("\(card) is attached to \(record.bridge) already: minirun uplink detach \(card)")
        }
        let stage = Stage()
        let socket = try HostNetlink.of(stage).socket
        let uplink = try Uplink.movable(card, to: bridge, mode, socket)
        let watcher = try ProcessIdentity(of: getpid())
        var record = UplinkRecord(
            uplink: uplink, bridge: bridge, mode: mode, since: .now,
            confirmation: deadline.map { .init(watcher: watcher, deadline: $0) })
        try write(record)
        do {
            try stage.apply([MoveUplink(uplink, to: bridge, mode)], explaining: voices, id: "")
        } catch {
            let failures = stage.unwindTellingFailures()
            if failures.isEmpty {
                try Files.removeTree(file(card))
            } else {
                // What could not be put back is known from the record alone: detach goes by it.
                record.confirmation = nil
                record.trouble = failures.joined(separator: "; ")
                try write(record)
            }
            throw error
        }
        return record
    }

    /// Nobody has confirmed: moves everything back, unless somebody has just done so.
    private func takeBack(_ moved: UplinkRecord) -> Bool {
        let card = moved.uplink.name
        do {
            let lock = try enter()
            defer { lock.unlock() }
            // A record that cannot be read confirms nothing, and what was moved is known here as well.
            let written: UplinkRecord?
            do { written = try record(card) } catch is CorruptFile { written = moved }
            guard let written, written.confirmation?.watcher == moved.confirmation?.watcher else { return true }
            try written.wayBack.apply(NetlinkSocket(.route))
            try Files.removeTree(file(card))
            return true
        } catch {
            // There is nobody to be told.
            var failed = moved
            failed.trouble = "\(error)"
            failed.confirmation = nil
            try? write(failed)
            return false
        }
    }

    /// Makes a move stay: that of the card, or of the only one that waits. Returns the card. Throws `UsageError` when none
    /// waits.
    @discardableResult
    public func confirm(_ card: String?) throws -> String {
        try Privilege.check("uplink needs root, to change the host's network")
        let lock = try enter()
        defer { lock.unlock() }
        let waiting = try records().filter { $0.confirmation != nil && (card == nil || $0.uplink.name == card) }
        guard var record = waiting.first else {
            throw UsageError("no move\(card.map { " of \($0)" } ?? "") waits to be confirmed")
        }
        guard waiting.count == 1 else {
            throw UsageError("several moves wait, name one: \(waiting.map(\.uplink.name).joined(separator: ", "))")
        }
        let watcher = record.confirmation?.watcher
        record.confirmation = nil
        try write(record)
        try watcher.flatMap(RunningProcess.init)?.signal(SIGTERM)
        return record.uplink.name
    }

    /// Moves everything back to the card that the bridge has now, and takes the bridge away. Throws `UsageError` for a card
    /// that was not moved, or whose bridge has other ports; `NetlinkError`.
    public func detach(_ card: String) throws {
        try Privilege.check("uplink needs root, to change the host's network")
        let lock = try enter()
        defer { lock.unlock() }
        guard let record = try record(card) else { throw UsageError("\(card) was not attached by minirun") }
        let socket = try NetlinkSocket(.route)
        let others = try record.wayBack.otherPorts(socket)
        guard others.isEmpty else {
            throw UsageError(
                "bridge \(record.bridge) has other ports: \(others.joined(separator: ", ")) "
                    + "(minirun unplug takes containers out)")
        }
        try record.wayBack.apply(socket)
        try Files.removeTree(file(card))
        try (record.confirmation?.watcher).flatMap(RunningProcess.init)?.signal(SIGTERM)
    }

    /// What `uplink ls` prints. Throws `UsageError` for a format that cannot be used.
    public func list(_ options: ListingOptions) throws -> String {
        try UplinkTable.text(try records(), options)
    }

    // MARK: Files

    private func enter() throws -> FileLock {
        try ContainerStore(paths).checkOwner()
        try Files.makeDirectory(paths.state)
        return try FileLock.enter(paths.uplinkLock)
    }

    private func file(_ card: String) -> FilePath { paths.uplinks.appending("\(card).json") }

    private func record(_ card: String) throws -> UplinkRecord? {
        // What is no interface's name may be a path.
        guard Link.isName(card) else { return nil }
        return try JSONFile.read(UplinkRecord.self, from: file(card))
    }

    private func records() throws -> [UplinkRecord] {
        try Files.names(in: paths.uplinks).filter { $0.hasSuffix(".json") }.sorted().compactMap { name in
            try record(String(name.dropLast(".json".count)))
        }
    }

    private func write(_ record: UplinkRecord) throws {
        try Files.makeDirectory(paths.uplinks, mode: 0o700)
        try JSONFile.write(record, to: file(record.uplink.name))
    }
}
