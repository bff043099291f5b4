import MiniRun
import Namespaces
import Testing

@Suite("Mounts")
struct MountOptionTests {
    @Test(
        "-v accepts",
        arguments: [
            ("/a:/b", "bind /a /b"), ("/a:/b:ro", "bind /a /b ro"), ("/a/../c/:/b/", "bind /c /b"),
            ("./x:/b", "bind /cwd/x /b"), (".:/b", "bind /cwd /b"), ("..:/b:rw", "bind / /b"),
            ("vol:/b", "volume vol /b"),
            ("/b", "volume  /b"), ("/a:/b:ro,rslave", "bind /a /b ro rslave"), ("/a:/b:z,cached", "bind /a /b"),
            ("vol:/b:nocopy", "volume vol /b nocopy"), ("/tmp/..:/b", "bind / /b"),
        ])
    func volume(text: String, expected: String) throws {
        #expect(summary(try VolumeOption.parse(text, directory: "/cwd")) == expected)
    }

    private func summary(_ mount: MountSpecification) -> String {
        var words = [mount.kind.rawValue, mount.source, mount.target]
        if mount.isReadOnly { words.append("ro") }
        if mount.propagation != .rprivate { words.append(mount.propagation.rawValue) }
        if mount.isLeftEmpty { words.append("nocopy") }
        if mount.recursion != .enabled { words.append(mount.recursion.rawValue) }
        return (words + mount.tmpfsOptions).joined(separator: " ")
    }

    @Test(
        "-v refuses, in Docker's words",
        arguments: [
            ("", "invalid empty volume spec"), (":/b", "invalid spec: :/b: empty section between colons"),
            ("/a:", "invalid spec: /a:: empty section between colons"),
            ("/a:/b:ro:x", "invalid spec: /a:/b:ro:x: too many colons"),
            ("/b:ro", "invalid volume specification: '/b:ro'"), ("/a:/b:foo", "invalid mode: foo"),
            ("/a:/b:ro,rw", "invalid mode: ro,rw"),
            (
                "/a:b",
                "invalid volume specification: '/a:b': invalid mount config for type \"bind\": invalid mount path: 'b' mount path must be absolute"
            ),
            (
                "/a:/",
                "invalid volume specification: '/a:/': invalid mount config for type \"bind\": invalid specification: destination can't be '/'"
            ),
            ("v:/b", "create v: volume name is too short, names should be at least two alphanumeric characters"),
            (
                "a/b:/b",
                "create a/b: \"a/b\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path"
            ),
        ])
    func volumeRefused(text: String, message: String) {
        #expect(throws: UsageError(message)) { try VolumeOption.parse(text, directory: "/cwd") }
    }

    @Test(
        "--mount accepts",
        arguments: [
            ("type=bind,source=/a,target=/b", "bind /a /b"), ("type=bind,src=/a,dst=/b,readonly", "bind /a /b ro"),
            ("type=bind,src=./a,destination=/b,ro=false", "bind /cwd/a /b"), ("source=vol,target=/b", "volume vol /b"),
            ("target=/b", "volume  /b"), ("type=volume,src=vol,dst=/b,volume-nocopy", "volume vol /b nocopy"),
            ("type=tmpfs,dst=/b,tmpfs-size=1m,tmpfs-mode=1770", "tmpfs  /b mode=1770 size=1048576"),
            ("type=bind,src=/a,dst=/b,bind-propagation=rshared", "bind /a /b rshared"),
            ("type=bind,src=/a,dst=/b,bind-recursive=disabled", "bind /a /b disabled"),
            ("type=bind,\"src=/a,1\",dst=/b", "bind /a,1 /b"),
            ("type=bind,src=/a,dst=/b,ro,bind-recursive=readonly,bind-propagation=rprivate", "bind /a /b ro readonly"),
        ])
    func mount(text: String, expected: String) throws {
        #expect(summary(try MountOption.parse(text, directory: "/cwd")) == expected)
    }

    @Test(
        "--mount refuses, in Docker's words",
        arguments: [
            ("", "value is empty"), ("x", "invalid field 'x' must be a key=value pair"),
            ("x=1", "unknown option 'x' in 'x=1'"),
            ("type=bind,source=", "invalid value for 'source': value is empty"),
            ("type=bind, source=/a", "invalid option 'source' in ' source=/a': option should not have whitespace"),
            ("type=bind,source= /a", "invalid value for 'source' in 'source= /a': value should not have whitespace"),
            ("type=bind,source=/a", "invalid mount config for type \"bind\": field Target must not be empty"),
            ("type=bind,target=/a", "invalid mount config for type \"bind\": field Source must not be empty"),
            (
                "type=bind,source=a,target=/b",
                "invalid mount config for type \"bind\": invalid mount path: 'a' mount path must be absolute"
            ),
            ("type=foo,target=/b", "invalid mount config for type \"foo\": mount type unknown"),
            ("target=/", "invalid mount config for type \"volume\": invalid specification: destination can't be '/'"),
            (
                "type=tmpfs,src=/a,target=/b",
                "invalid mount config for type \"tmpfs\": field Source must not be specified"
            ),
            ("type=tmpfs,target=/b,bind-propagation=shared", "cannot mix 'bind-*' options with mount type 'tmpfs'"),
            ("type=bind,src=/a,target=/b,volume-nocopy", "cannot mix 'volume-*' options with mount type 'bind'"),
            ("target=/b,tmpfs-size=1m", "cannot mix 'tmpfs-*' options with mount type 'volume'"),
            ("type=tmpfs,target=/b,tmpfs-size=x", "invalid value for tmpfs-size: x"),
            ("type=tmpfs,target=/b,tmpfs-mode=9", "invalid value for tmpfs-mode: 9"),
            (
                "target=/b,readonly=yes",
                "invalid value for 'readonly': invalid boolean value (\"yes\"): must be one of \"true\", \"1\", \"false\", or \"0\" (default \"true\")"
            ),
            (
                "type=bind,src=/a,dst=/b,bind-recursive=x",
                "invalid value for bind-recursive: x (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")"
            ),
            (
                "type=bind,src=/a,dst=/b,bind-recursive=writable",
                "option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction"
            ),
            (
                "type=bind,src=/a,dst=/b,bind-nonrecursive",
                "bind-nonrecursive is deprecated, use bind-recursive=disabled instead"
            ),
            (
                "type=bind,src=/a,dst=/b,bind-propagation=x",
                "invalid mount config for type \"bind\": invalid propagation mode: x"
            ),
            ("a\"b", "parse error on line 1, column 2: bare \" in non-quoted field"),
            ("\"a", "parse error on line 1, column 3: extraneous or missing \" in quoted-field"),
        ])
    func mountRefused(text: String, message: String) {
        #expect(throws: UsageError(message)) { try MountOption.parse(text, directory: "/cwd") }
    }

    @Test(
        "--tmpfs",
        arguments: [
            ("/run", ["noexec", "nosuid", "nodev"]), ("/run:", ["noexec", "nosuid", "nodev"]),
            ("/run:size=64m,mode=1777", ["noexec", "nosuid", "nodev", "size=64m", "mode=1777"]),
            ("/run:exec,rw,ro", ["nosuid", "nodev", "exec", "ro"]), ("/run:noexec", ["nosuid", "nodev", "noexec"]),
        ])
    func tmpfs(text: String, options: [String]) throws {
        #expect(try TmpfsOption.parse(text).tmpfsOptions == options)
    }

    @Test(
        "--tmpfs refuses, in Docker's words",
        arguments: [
            ("run", "invalid mount path: 'run' mount path must be absolute"),
            ("/", "invalid specification: destination can't be '/'"),
            ("/run:foo", "invalid tmpfs option \"foo\""), ("/run:size=", "invalid tmpfs option \"size=\""),
            ("/run:x=1", "invalid tmpfs option \"x=1\""), ("/run:ro=1", "invalid tmpfs option \"ro=1\""),
        ])
    func tmpfsRefused(text: String, message: String) {
        #expect(throws: UsageError(message)) { try TmpfsOption.parse(text) }
    }

    @Test("a combining mark behind a slash hides it from nobody")
    func graphemes() throws {
        #expect(try VolumeOption.parse("/\u{301}a:/\u{301}b", directory: "/").kind == .bind)
        #expect(throws: UsageError.self) {
            try MountOption.parse("src=vol,dst=/b,volume-subpath=../\u{301}x", directory: "/")
        }
    }

    @Test("two mounts on one target")
    func duplicates() throws {
        let mounts = try ["/a:/x", "/b:/x/"].map { try VolumeOption.parse($0, directory: "/") }
        #expect(throws: UsageError("Duplicate mount point: /x")) { try MountSpecification.checkTargets(mounts) }
        #expect(throws: Never.self) { try MountSpecification.checkTargets(Array(mounts.dropLast())) }
    }
}
