import Namespaces

/// Freezing containers, and letting them go on.
extension Lifecycle {
    /// Stops every process of each container where it stands; connections stay open, nobody answers.
    public func pause(_ references: [String]) -> [Result<Void, any Error>] {
        each(references) { container in
            let record = container.record
            if container.state == .paused { throw ContainerConflict("container \(record.id) is already paused") }
            guard container.state == .running, let process = record.process else {
                throw ContainerConflict(notRunning: record.id)
            }
            do {
                let group = try ControlGroup.forFreezing(record.id, process: process.pid)
                // Written first: whoever finds the container after a crash knows that there is a group to be thawed.
                try store.update(record.id) { record in
                    record.hasControlGroup = true
                    record.state.isPaused = true
                }
                try group.freeze()
            } catch {
                _ = try? store.update(record.id) { $0.state.isPaused = false }
                throw ContainerConflict("cannot pause container \(record.name): \(error)")
            }
            store.tell(.pause, of: record)
        }
    }

    /// Lets each container go on.
    public func unpause(_ references: [String]) -> [Result<Void, any Error>] {
        each(references) { container in
            let record = container.record
            guard container.state == .paused else {
                throw ContainerConflict("container \(record.id) is not paused")
            }
            try thaw(record)
            store.tell(.unpause, of: record)
        }
    }

    /// Lets a frozen container go on; others do so anyway.
    func thaw(_ record: ContainerRecord) throws {
        guard record.state.isPaused else { return }
        try ControlGroup.existing(record.id, in: .read())?.thaw()
        try store.update(record.id) { $0.state.isPaused = false }
    }
}
