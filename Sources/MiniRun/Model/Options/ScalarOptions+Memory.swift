import Namespaces

extension ScalarOptions {
    /// What /dev/shm has without a word, as with Docker.
    static let usualSharedMemory: Int64 = 64 << 20

    /// `--oom-score-adj`; 0 and nothing leave what is inherited. Throws Docker's sentence for numbers out of range.
    static func outOfMemoryScore(_ text: String?) throws(UsageError) -> Int? {
        guard let text else { return nil }
        let score = try integer(text, of: "--oom-score-adj")
        guard (-1000...1000).contains(score) else {
            throw UsageError("invalid value \(score), range for oom score adj is [-1000, 1000]")
        }
        return score == 0 ? nil : score
    }

    /// `--shm-size`, in bytes; 0 and nothing are 64 MiB. Throws Docker's sentence for what is no size, and Podman's where
    /// /dev/shm is not the container's own.
    static func sharedMemorySize(_ text: String?, ipc: IPCMode) throws(UsageError) -> Int64 {
        guard let text else { return usualSharedMemory }
        let size: Int64
        do { size = try ByteSize.parse(text) } catch {
            throw UsageError("invalid argument \(text.goQuoted) for \"--shm-size\" flag: \(error)")
        }
        let foreign: String? =
            switch ipc {
            case .new, .shareable: nil
            case .none: "none"
            case .host: "host"
            case .container(let name): "container:\(name)"
            }
        if let foreign { throw UsageError("cannot set shmsize when running in the \(foreign) IPC Namespace") }
        return size == 0 ? usualSharedMemory : size
    }
}
