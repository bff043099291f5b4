import CShim
import Testing

@Suite("Bringing an image that is interrupted")
struct ImageInterruptionTests {
    private let host: FakeHost

    init() throws { host = try FakeHost() }

    private func incoming() throws -> String { try host.run("ls $MINIRUN_ROOT/images/incoming 2>/dev/null").output }

    @Test("leaves nothing half of it", arguments: [SIGINT, SIGTERM, SIGHUP])
    func load(_ signal: CInt) throws {
        let load = try host.start("exec minirun load", input: .pipe)
        #expect(try eventually { try !incoming().isEmpty })
        host.signal(load, signal)
        #expect(try load.wait().status == 128 + signal)
        #expect(try incoming() == "")
    }

    @Test("ends skopeo with it, however it ends", arguments: [SIGTERM, SIGKILL])
    func pull(_ signal: CInt) throws {
        let registry = try host.start(
            """
            exec python3 -c '
            import http.server, time
            class Handler(http.server.BaseHTTPRequestHandler):
                def log_message(self, *words): pass
                def do_GET(self): time.sleep(100)
            http.server.ThreadingHTTPServer(("127.0.0.1", 5000), Handler).serve_forever()'
            """)
        defer { withExtendedLifetime(registry) {} }
        #expect(try eventually { try host.run("ss -Htln sport = 5000 | grep -q .").status == 0 })
        let pull = try host.start("exec minirun pull --tls-verify=false 127.0.0.1:5000/web")
        #expect(try eventually { try host.run("pgrep skopeo").status == 0 })
        host.signal(pull, signal)
        #expect(try pull.wait().status == 128 + signal)
        #expect(try eventually { try host.run("pgrep skopeo").status != 0 })
        #expect(try incoming().isEmpty == (signal != SIGKILL))
        #expect(try host.run("minirun image prune -f").status == 0)
        #expect(try incoming() == "")
    }
}
