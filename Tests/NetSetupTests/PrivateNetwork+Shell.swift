import CShim
import Namespaces
import NetSetup
import SystemPackage

extension PrivateNetwork {
    /// A namespace like a host's: its loopback interface is up.
    static func host() throws -> PrivateNetwork {
        let network = try PrivateNetwork()
        try network.shell("ip link set dev lo up")
        return network
    }

    /// A stage whose host is this namespace.
    func stage() throws -> Stage {
        let stage = Stage()
        stage.leave(HostNetlink(try socket()))
        stage.leave(HostNetfilter(try socket(.netfilter)))
        return stage
    }

    /// Runs a script by bash inside and returns what it printed; throws with its complaints when it fails.
    ///
    /// /sys and /proc/sys/net are the namespace's own there (`ip netns exec` does the same with a mount namespace).
    @discardableResult
    func shell(_ script: String) throws -> String {
        try run {
            var ends: [CInt] = [0, 0]
            guard pipe2(&ends, O_CLOEXEC) == 0 else { throw KernelError("pipe", .current) }
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
            posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
            // The threads that run tests hold signals back; a ping that waits for its alarm would wait for ever.
            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            defer { posix_spawnattr_destroy(&attributes) }
            var none = sigset_t()
            sigemptyset(&none)
            posix_spawnattr_setsigmask(&attributes, &none)
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
            let words: [String] = ["bash", "-ec", script]
            var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
            arguments.append(nil)
            defer { arguments.forEach { free($0) } }
            var process: pid_t = 0
            let error = posix_spawnp(&process, "bash", &actions, &attributes, &arguments, minirun_environment())
            close(ends[1])
            defer { close(ends[0]) }
            guard error == 0 else { throw KernelError("start bash", Errno(rawValue: error)) }
            var output: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = read(ends[0], &buffer, buffer.count)
                if count <= 0 { break }
                output += buffer.prefix(count)
            }
            var status: CInt = 0
            waitpid(process, &status, 0)
            let text = String(decoding: output, as: UTF8.self)
            guard status == 0 else { throw ScriptFailure(status: status, output: text) }
            return text
        }
    }
}

struct ScriptFailure: Error {
    let status: CInt
    let output: String
}
