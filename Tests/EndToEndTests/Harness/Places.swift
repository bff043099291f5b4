import CShim

/// Where the tests find what they test, and where they put what they make.
enum Places {
    /// The package's folder.
    static let package: String = {
        var parts = #filePath.split(separator: "/")
        parts.removeLast(4)
        return "/" + parts.joined(separator: "/")
    }()

    /// The command under test: MINIRUN_BINARY, or what `swift build` made last.
    static let minirun: String = {
        if let given = getenv("MINIRUN_BINARY"), given.pointee != 0 { return String(cString: given) }
        return "\(package)/.build/debug/minirun"
    }()

    /// A folder that everybody can read, for files that an unprivileged user needs; `swift package clean` removes it.
    static let scratch: String = {
        let folder = "\(package)/.build/end-to-end"
        mkdir(folder, 0o755)
        return folder
    }()

    /// A busybox root file system with `socat` and its libraries added; made once, never written by a test.
    static let busybox: Result<String, HarnessError> = {
        let root = "\(scratch)/busybox"
        do {
            let made = try command("\(package)/rootfs-tools/make-busybox", root, within: 60)
            guard made.status == 0 else { return .failure(HarnessError("make-busybox: \(made.errors)")) }
            let added = try command(
                "sh", "-euc",
                """
                [ -e "$1/usr/bin/socat" ] && exit
                for file in $(ldd "$(command -v socat)" | grep -o '/[^ ]*'); do
                    mkdir -p "$1$(dirname "$file")"; cp -L "$file" "$1$file"
                done
                mkdir -p "$1/usr/bin"; cp -L "$(command -v socat)" "$1/usr/bin/socat"
                """, "sh", root)
            guard added.status == 0 else { return .failure(HarnessError("add socat: \(added.errors)")) }
            return .success(root)
        } catch { return .failure(HarnessError("\(error)")) }
    }()

    /// A Debian root file system with nginx, made once; it takes half a minute and a mirror.
    static let debian: Result<String, HarnessError> = {
        let root = "\(scratch)/debian"
        do {
            let made = try command(
                "\(package)/rootfs-tools/make-debootstrap", root, environment: ["PACKAGES": "nginx-light"], within: 300)
            return made.status == 0 ? .success(root) : .failure(HarnessError(made.errors))
        } catch { return .failure(HarnessError("\(error)")) }
    }()
}

/// What a test needs and not every machine has.
enum Programs {
    static func has(_ name: String) -> Bool {
        (try? command("sh", "-c", "command -v \"$1\"", "sh", name))?.status == 0
    }

    /// Whether there is a Debian root file system, or one can be made.
    static let hasDebian: Bool = geteuid() == 0 && has("debootstrap") && (try? Places.debian.get()) != nil
}
