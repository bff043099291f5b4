extension FakeHost {
    /// Starts a detached container from the busybox root file system; its id.
    @discardableResult
    func detached(_ options: [String] = [], _ command: [String], within seconds: Double = 60) throws -> String {
        let outcome = try minirun(["run", "-d"] + options + [Places.busybox.get()] + command, within: seconds)
        guard outcome.status == 0, outcome.line.count == 64 else {
            throw HarnessError("the container \(options) does not start: \(outcome)")
        }
        return outcome.line
    }

    /// Starts a detached web server; see `webServer`.
    @discardableResult
    func detachedServer(_ options: [String] = []) throws -> String {
        try detached(options, ["sh", "-c", webServer + "\nexec sleep 1000"])
    }

    /// `{{.State.Status}} {{.State.ExitCode}}` of a container.
    func status(_ name: String) throws -> String { try inspect(name, "{{.State.Status}} {{.State.ExitCode}}") }

    /// The inode of a container's network namespace.
    func networkNamespace(_ name: String) throws -> String {
        try run("readlink \"/proc/$(minirun inspect -f '{{.State.Pid}}' \"$1\")/ns/net\"", [name]).line
    }

    /// The process that watches over a container.
    func supervisor(_ name: String) throws -> String {
        try run("ps -o ppid= -p \"$(minirun inspect -f '{{.State.Pid}}' \"$1\")\"", [name]).line
    }
}
