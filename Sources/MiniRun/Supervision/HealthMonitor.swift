import CShim
import Namespaces
import SystemPackage

/// Asks a container from time to time whether it is well: runs `minirun exec` on it, and writes down what came of it.
///
/// The probe is a process of its own, so that this one stays small and waits for nothing.
final class HealthMonitor: PollParticipant {
    private let check: HealthCheck
    private let id: String
    private let store: ContainerStore
    private let began = Moment.now
    private var next: Moment
    private var probe: RunningProbe?

    /// A probe that runs.
    private struct RunningProbe {
        let start = Timestamp.now
        let pid: pid_t
        let process: OwnedDescriptorBox
        let output: OwnedDescriptorBox
        let end: Moment
        var text: [UInt8] = []
    }

    /// How much of a probe's output is kept, in bytes, and how many probes are remembered: Docker's figures.
    private static let outputLimit = 4096
    private static let logLimit = 5

    /// The first probe comes after one interval.
    init(_ check: HealthCheck, of id: String, _ store: ContainerStore) {
        self.check = check
        self.id = id
        self.store = store
        next = .after(
            nanoseconds: (check.startPeriod.nanoseconds > 0 ? check.startInterval : check.interval).nanoseconds)
    }

    deinit { abandon() }

    var interest: [pollfd] {
        guard let probe else { return [] }
        return [
            pollfd(fd: probe.process.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: probe.output.number, events: Int16(POLLIN), revents: 0),
        ]
    }

    var deadline: Moment? { probe?.end ?? next }

    func serve(_ polled: ArraySlice<pollfd>) throws {
        guard let probe else {
            if next.hasCome {
                do { try begin() } catch { note(.init(start: .now, end: .now, exitCode: -1, output: "\(error)")) }
            }
            return
        }
        if polled.last?.revents != 0 { read() }
        if polled.first?.revents != 0 {
            read()
            var status: CInt = 0
            waitpid(probe.pid, &status, 0)
            finish(ProcessExit(waitStatus: status).code)
        } else if probe.end.hasCome {
            abandon()
            self.probe?.text = Array("Health check exceeded timeout (\(check.timeout))".utf8)
            finish(-1)
        }
    }

    private func begin() throws {
        var ends: [CInt] = [-1, -1]
        next = .after(nanoseconds: check.interval.nanoseconds)
        // A frozen container could not answer.
        guard (try? store.record(id))??.state.isPaused == false else { return }
        guard pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else { throw KernelError.current("make a pipe for the probe") }
        let output = OwnedDescriptorBox(ends[0])
        let writer = OwnedDescriptorBox(ends[1])
        _ = minirun_fcntl(writer.number, F_SETFL, 0)
        let words = [
            "/proc/self/exe", "--root", store.paths.root.string, "--state", store.paths.state.string, "exec", id,
            "/bin/sh", "-c", check.command,
        ]
        let program = try HostProgram(words, output: writer.number)
        let pidfd = pidfd_open(program.pid, 0)
        guard pidfd >= 0 else {
            let error = KernelError.current("watch the probe")
            kill(program.pid, SIGKILL)
            waitpid(program.pid, nil, 0)
            throw error
        }
        probe = RunningProbe(
            pid: program.pid, process: OwnedDescriptorBox(pidfd), output: output,
            end: .after(nanoseconds: check.timeout.nanoseconds))
    }

    private func read() {
        guard let output = probe?.output.number else { return }
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = CShim.read(output, &chunk, chunk.count)
            guard count > 0 else { return }
            let room = Self.outputLimit - (probe?.text.count ?? 0)
            probe?.text += chunk[..<min(count, max(0, room))]
        }
    }

    /// Ends a probe that runs, and with it its process inside, which leads a group of its own, with its children.
    private func abandon() {
        guard let probe else { return }
        let inside = (try? Files.text(FilePath("/proc/\(probe.pid)/task/\(probe.pid)/children")))?.words ?? []
        for process in inside.compactMap({ pid_t($0) }) { kill(-process, SIGKILL) }
        kill(probe.pid, SIGKILL)
        waitpid(probe.pid, nil, 0)
    }

    private func finish(_ code: Int32) {
        guard let probe else { return }
        self.probe = nil
        let result = ContainerState.Health.Probe(
            start: probe.start, end: .now, exitCode: code, output: String(decoding: probe.text, as: UTF8.self))
        note(result)
    }

    private func note(_ result: ContainerState.Health.Probe) {
        let isStarting = Moment.now.nanoseconds(since: began) < check.startPeriod.nanoseconds
        var before: ContainerState.Health.Status?
        let record = try? store.update(id) { record in
            before = record.state.health?.status
            var health = record.state.health ?? .init()
            health.take(result, retries: check.retries, isStarting: isStarting, limit: Self.logLimit)
            record.state.health = health
        }
        let status = record?.state.health?.status
        if let record, let status, status != before { store.tell(.healthStatus(status.rawValue), of: record) }
        next = .after(
            nanoseconds: (status == .starting && isStarting ? check.startInterval : check.interval).nanoseconds)
    }
}

extension ContainerState.Health {
    /// Adds a probe and judges anew: one success is enough to be well; failures count once the start is over.
    mutating func take(_ probe: Probe, retries: Int, isStarting: Bool, limit: Int) {
        log = log.suffix(limit - 1) + [probe]
        if probe.exitCode == 0 {
            status = .healthy
            failingStreak = 0
        } else if !(status == .starting && isStarting) {
            failingStreak += 1
            if failingStreak >= retries { status = .unhealthy }
        }
    }
}
