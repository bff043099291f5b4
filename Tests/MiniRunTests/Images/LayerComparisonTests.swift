import CShim
import Namespaces
import SystemPackage
import Testing

@testable import MiniRun

/// A real root file system comes out as `tar -x` unpacks it.
struct LayerComparisonTests {
    /// All that `find` and `getfattr` can tell of a tree; the links to one file have one number.
    private static let describe = """
        describe() { (cd "$1" && find . -printf '%P|%y|%m|%U|%G|%s|%T@|%l|%n\\n' | sed '/|d|/s/|[0-9]*|\\([0-9.]*||[0-9]*\\)$/|\\1/' | LC_ALL=C sort
        python3 - <<'END'
        import os
        groups = {}
        for top, directories, files in os.walk("."):
            for name in sorted(directories + files):
                path = os.path.join(top, name)
                for key in sorted(os.listxattr(path, follow_symlinks=False)):
                    print(path, key, os.getxattr(path, key, follow_symlinks=False).hex())
                status = os.lstat(path)
                if status.st_nlink > 1 and name in files: groups.setdefault(status.st_ino, []).append(path)
        for group in sorted(sorted(group) for group in groups.values()): print(group)
        END
        ); }
        """

    @Test(
        "a busybox root with attributes, setuid and hard links", arguments: ["gnu", "pax"], ["cat", "gzip", "zstd -q"])
    func busybox(format: String, program: String) throws {
        try #require(geteuid() == 0)
        let fixture = try LayerFixture()
        let script = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .removingLastComponent().appending("rootfs-tools/make-busybox")
        try fixture.shell(
            """
            \(script) "$PWD/root" && cd root
            cp usr/bin/busybox su && chmod 4755 su && chown 3:4 etc/services && ln etc/services etc/other
            mkfifo -m 640 pipe && touch -d @1.5 etc/group && ln -s nowhere dangling && mkdir -m 2775 shared
            printf x >"$(printf 'na\\377me')" && truncate -s 1M hole
            python3 -c 'import os
            os.setxattr("su", "trusted.a", b"b")
            os.setxattr("etc", "trusted.c", b"d")
            os.setxattr("dangling", "trusted.e", b"f", follow_symlinks=False)
            os.setxattr("hole", "security.capability", bytes([1, 0, 0, 2, 0, 32] + [0] * 14))'
            """)
        let attributes = format == "pax" ? "--xattrs --xattrs-include='*'" : ""
        try fixture.shell(
            "tar --format=\(format) -S \(attributes) -C root -cf - . | \(program) >layer.tar && mkdir tar "
                + "&& \(program == "cat" ? "cat" : program + " -d") <layer.tar | tar -xp \(attributes) -C tar")
        let layer = try fixture.open(fixture.directory.appending("layer.tar"))
        let result = try LayerUnpacker().unpack(layer, to: fixture.root)
        #expect(result.entries > 300)
        try fixture.shell(Self.describe + "\ndescribe tar >expected; describe layer >found; diff expected found")
        try fixture.shell("diff -r --no-dereference tar/etc layer/etc && cmp tar/su layer/su")
    }
}
