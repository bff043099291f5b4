import CShim
import Testing

@Suite("A device")
struct DeviceTests {
    private static let isRoot = geteuid() == 0

    @Test(
        "of the host's root alone can be opened by the container's root", .enabled(if: isRoot, "needs real root"),
        arguments: ["/dev/fuse", "/dev/net/tun", "/dev/loop-control", "/dev/null"])
    func opening(path: String) throws {
        guard access(path, F_OK) == 0 else { try Test.cancel("this host has no \(path)") }
        let host = try FakeHost()
        let number = try host.run("stat -c %t:%T \(path)").line
        let look = "[ -e /dev/mine ] && exec 3<>/dev/mine && stat -c %t:%T:%u /dev/mine"
        let outcome = try host.runContainer(["--net", "none", "--device", "\(path):/dev/mine"], look)
        #expect(outcome.output == "\(number):0\n", "\(outcome)")
        let without = try host.runContainer(["--net", "none"], look)
        #expect(without.status != 0, "\(without)")
        let real = try host.runContainer(["--net", "none", "--userns", "host", "--device", "\(path):/dev/mine"], look)
        #expect(real.output == "\(number):0\n", "\(real)")
    }

    @Test(
        "that may only be read is not written, whatever the container's root tries",
        .enabled(if: isRoot, "needs real root"))
    func restriction() throws {
        let host = try FakeHost()
        let attempt = """
            head -c 7 /dev/mine | wc -c
            (echo x >/dev/mine) 2>/dev/null; echo w$?
            chmod 666 /dev/mine 2>/dev/null; chown 0:0 /dev/mine 2>/dev/null; (echo x >/dev/mine) 2>/dev/null; echo w$?
            mount -o remount,rw /dev/mine 2>/dev/null; (echo x >/dev/mine) 2>/dev/null; echo w$?
            """
        let options = ["--net", "none", "--cap-add", "ALL", "--device"]
        let reading = try host.runContainer(options + ["/dev/zero:/dev/mine:r"], attempt)
        #expect(reading.output == "7\nw1\nw1\nw1\n", "\(reading)")
        let both = try host.runContainer(options + ["/dev/zero:/dev/mine:rw"], "(echo x >/dev/mine) && echo w")
        #expect(both.line == "w", "\(both)")
        let writing = try host.runContainer(
            options + ["/dev/null:/dev/mine:w"], "echo x >/dev/mine && echo w; (cat </dev/mine) 2>/dev/null || echo no")
        #expect(writing.output == "w\nno\n", "\(writing)")
    }

    @Test("of a directory comes with all others there")
    func directory() throws {
        let host = try FakeHost()
        let made = try host.runContainer(["--net", "none", "--device", "/dev/net:/dev/wires"], "ls /dev/wires")
        #expect(made.line == "tun", "\(made)")
    }

    @Test(
        "that cannot be is refused in Docker's words",
        arguments: [
            (
                "/dev/no-such",
                #"error gathering device information while adding custom device "/dev/no-such": no such file or directory"#
            ),
            (
                "/etc/passwd",
                #"error gathering device information while adding custom device "/etc/passwd": not a device node"#
            ),
            (
                "/dev/null:/dev/x:q",
                #"invalid argument "/dev/null:/dev/x:q" for "--device" flag: bad mode specified: q"#
            ),
            (
                "/dev/null:/dev/x:rr",
                #"invalid argument "/dev/null:/dev/x:rr" for "--device" flag: bad mode specified: rr"#
            ),
            ("/dev/null:x", #"invalid argument "/dev/null:x" for "--device" flag: x is not an absolute path"#),
            ("a:b:c:d", #"invalid argument "a:b:c:d" for "--device" flag: bad format for path: a:b:c:d"#),
        ])
    func refusals(device: String, message: String) throws {
        let host = try FakeHost()
        let outcome = try host.runContainer(["--net", "none", "--device", device], "true")
        #expect(outcome.status == 125 && outcome.errors == "minirun: \(message)\n", "\(outcome)")
    }

    @Test("of a user without privilege is the host's own file")
    func unprivileged() throws {
        let host = try FakeHost(by: .nobody)
        let run = ["run", "--rm", "--net", "none", "--device"]
        let outcome = try host.minirun(
            run + ["/dev/null:/dev/mine", "busybox", "sh", "-c", "echo x >/dev/mine"])
        #expect(outcome.status == 0, "\(outcome)")
        let restricted = try host.minirun(run + ["/dev/null:/dev/mine:r", "busybox", "true"])
        #expect(restricted.status == 125 && restricted.errors.contains("nothing would keep"), "\(restricted)")
    }
}
