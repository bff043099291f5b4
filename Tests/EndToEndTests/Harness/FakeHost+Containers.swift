/// A web server inside a container: `/cgi-bin/who` answers with the address that the client is seen with.
let webServer = """
    mkdir -p /srv/cgi-bin
    printf '#!/bin/sh\\necho "Content-type: text/plain"\\necho\\necho "$REMOTE_ADDR"\\n' > /srv/cgi-bin/who
    chmod 755 /srv/cgi-bin/who
    httpd -p 80 -h /srv
    """

/// The same for UDP port 53: one datagram, answered with the client's address.
let datagramServer = """
    socat UDP4-RECVFROM:53,fork,reuseaddr SYSTEM:'read word; echo $SOCAT_PEERADDR' &
    """

/// A shell command that fetches `/cgi-bin/who` and prints the answer's last line; it fails when none comes in time.
///
/// By socat, which hosts and the test's containers have: Debian's busybox is static, and its wget cannot resolve names
/// where the host's C library is another one.
func fetching(_ target: String, _ port: Int, within seconds: Int = 20) -> String {
    let family = target.hasPrefix("[") ? "TCP6" : "TCP4"
    return """
        answer=$(printf 'GET /cgi-bin/who HTTP/1.0\\r\\n\\r\\n' |
            socat -t \(seconds) -T \(seconds) - \(family):\(target):\(port),connect-timeout=\(seconds)) && [ -n "$answer" ] && echo "$answer" | tail -n 1
        """
}

extension FakeHost {
    /// Starts a container from the busybox root file system and waits until its script has printed `ready`.
    ///
    /// The script says `ready` itself, or `serve` is run before and it is said for it, and the container then waits.
    func container(
        _ options: [String] = [], serving servers: [String] = [], script: String = "", within seconds: Double = 20
    ) throws -> ChildProcess {
        let inside = servers.joined(separator: "\n") + "\n" + script + "\necho ready\nexec sleep 1000"
        let root = try Places.busybox.get()
        let process = try start("exec minirun run \"$@\"", options + [root, "sh", "-c", inside])
        let isReady = eventually(within: seconds) { process.output.hasSuffix("ready\n") || !process.isRunning }
        guard isReady, process.isRunning else {
            let outcome = try process.wait(within: 0.1)
            throw HarnessError("the container \(options) does not start: \(outcome)")
        }
        return process
    }

    /// Runs a shell script in a container of its own, from the busybox root file system, and waits for its end.
    @discardableResult
    func runContainer(_ options: [String] = [], _ script: String, within seconds: Double = 60) throws -> Outcome {
        try minirun(["run"] + options + [Places.busybox.get(), "sh", "-c", script], within: seconds)
    }

    /// What a field of a running container is.
    func inspect(_ name: String, _ template: String) throws -> String {
        let outcome = try minirun(["inspect", "-f", template, name])
        guard outcome.status == 0 else { throw HarnessError("inspect \(name): \(outcome)") }
        return outcome.line
    }
}
