import CShim
import SystemPackage

extension ControlGroup {
    /// Ends it with everything in it: for the container's end, and for what a killed minirun has left. A container in the
    /// host's pid namespace can leave processes behind, and one that is frozen by cgroup v1 does not die of its own.
    public func end() throws(KernelError) {
        if try !processes().isEmpty { try kill() }
        try remove()
    }

    /// Kills every process in the group, frozen ones too, and on cgroup v2 in those below it.
    public func kill() throws(KernelError) {
        if let unified {
            do { return try Files.put("1", into: unified.appending("cgroup.kill")) } catch {
                // Before Linux 5.14 there is no such file.
                guard error.errno == .noSuchFileOrDirectory else { throw error }
            }
        }
        // A process that forks while the list is read leaves a child behind: until a list is empty of living ones.
        let isEmpty = try Patience.wait { () throws(KernelError) in
            let processes = try processes()
            for process in processes { CShim.kill(process, SIGKILL) }
            // cgroup v1 delivers no signal to what is frozen.
            if legacy["freezer"] != nil { try thaw() }
            return processes.isEmpty
        }
        guard isEmpty else { throw KernelError("kill the processes of the control group of \(id)", .timedOut) }
    }

    /// Takes the directories away, with those that the container has made below them. What is gone already is fine; the
    /// processes must have ended, and are waited for a while.
    public func remove() throws(KernelError) {
        for directory in directories {
            try Self.remove(directory)
            // Only the last container's end gets it.
            rmdir(directory.removingLastComponent().string)
        }
    }

    private static func remove(_ directory: FilePath) throws(KernelError) {
        var refusal = Errno.resourceBusy
        let isGone = try Patience.wait { () throws(KernelError) in
            if rmdir(directory.string) == 0 { return true }
            refusal = Errno.current
            switch refusal {
            case .noSuchFileOrDirectory: return true
            case .resourceBusy, .directoryNotEmpty: break
            default: throw KernelError("remove the control group \(directory)", refusal)
            }
            for name in try Files.names(in: directory) {
                let entry = directory.appending(name)
                var status = stat()
                let isDirectory =
                    lstat(entry.string, &status) == 0 && status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR)
                if isDirectory { try remove(entry) }
            }
            return false
        }
        guard isGone else {
            throw KernelError(
                "remove the control group \(directory)", refusal, hint: "there are still processes in it")
        }
    }
}
