import Namespaces
import NetSetup

/// Does it run at all, and has it a network?
struct RunsCheck: Check {
    static let number = 1
    static let id = "runs"
    static let title = "Does the container run?"

    func look(at patient: Patient) -> Finding {
        let name = patient.name.shellQuoted
        switch patient.container.state {
        case .running: break
        case .paused:
            return .fail(
                Phrase("its processes are frozen", "它的进程已被冻结"), mend: .verbatim("minirun unpause \(name)"))
        case .restarting:
            return .fail(Phrase("it ends again and again", "它反复退出又重启"), mend: patient.logs)
        case let state:
            let code = patient.container.exitCode
            let reason =
                state == .exited
                ? Phrase("it has exited (\(code))", "它已退出（\(code)）")
                : Phrase("it is \(state.rawValue)", "它的状态是 \(state.rawValue)")
            let error = patient.record.state.error
            return .fail(
                error.isEmpty ? reason : Phrase("\(reason.english): \(error)", "\(reason.chinese)：\(error)"),
                mend: .verbatim("minirun start \(name)"))
        }
        guard let process = patient.record.process, let inside = patient.inside else {
            return .fail(Phrase("its first process has just ended", "它的首个进程刚刚结束"), mend: patient.logs)
        }
        return .pass(
            Phrase(
                "process \(process.pid), network namespace \(inside.inode)",
                "进程 \(process.pid)，网络名字空间 \(inside.inode)"))
    }
}
