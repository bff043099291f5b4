import Namespaces

/// The process that a container's supervisor lives in. How the start went it says to its maker, which may also be attached
/// from the beginning.
struct SupervisorProcess {
    let start: ContainerStart
    let ground: ContainerStart.Ground

    /// How the maker wants to go on.
    struct Wishes {
        /// Whether it sees the output.
        var isAttached = false
        /// The size of its terminal; 0 without one.
        var rows: UInt16 = 0
        /// Likewise.
        var columns: UInt16 = 0
    }

    /// Starts the supervisor; `hold` takes the container, in the new process, and pushes what a failed start takes back.
    /// Returns once the container runs. Throws `RunFailure`, whose sentence has been said already when it is empty.
    func launch(
        _ wishes: Wishes, hold: (Stage) throws -> HeldContainer,
        failed: (HeldContainer, any Error) -> Void = { _, _ in }
    ) throws -> ControlConnection {
        try BackgroundProcess.launch { supervise($0, wishes, hold, failed) }
    }

    private func supervise(
        _ front: BackgroundProcess.Front, _ wishes: Wishes, _ hold: (Stage) throws -> HeldContainer,
        _ failed: (HeldContainer, any Error) -> Void
    ) -> Int32 {
        let stage = Stage()
        var held: HeldContainer?
        do {
            let container = try hold(stage)
            held = container
            let supervisor = try DetachedSupervisor(container, start: start, stage: stage)
            supervisor.size = (wishes.rows, wishes.columns)
            try supervisor.run(on: ground) {
                front.hasStarted()
                if wishes.isAttached { supervisor.adopt(front.connection) } else { front.connection.close() }
            }
            return 0
        } catch {
            stage.unwindTellingFailures()
            StandardError.write("minirun: \(error)\n")
            if let held { failed(held, error) }
            front.connection.send(.failed(code: (error as? RunFailure)?.exitCode ?? 125))
            return 1
        }
    }
}
