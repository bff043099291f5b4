extension OverlayRoot {
    /// The three voices; the shell mounts at `$ROOT` in the container's mount namespace.
    public var explanation: Explanation {
        let lower = lowers.map { Self.escaped($0.string) }.joined(separator: ":")
        let directory = scratch?.string ?? "/run/layer-in-memory"
        let (upper, work) = ("\(directory)/upper", "\(directory)/work")
        let options =
            "lowerdir=\(lower),upperdir=\(upper),workdir=\(work)" + (isVolatile ? ",volatile" : "")
            + (Self.isInsideUserNamespace ? ",userxattr" : "")
        let uid = map.outside(uid: 0) ?? 0
        let gid = map.outside(gid: 0) ?? 0
        let inside = scratch == nil ? "nsenter --target \"$PID\" --mount " : ""
        var calls: [String] = []
        if scratch == nil {
            calls += ["fsopen(\"tmpfs\", FSOPEN_CLOEXEC) = m", "fsmount(m)  # upper and work are made on it"]
        }
        if !map.isIdentity {
            for place in Set(places).sorted(by: { $0.string < $1.string }) {
                calls += [
                    "open_tree(\"\(place)\", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC) = t",
                    "mount_setattr(t, AT_EMPTY_PATH, {attr_set=MOUNT_ATTR_IDMAP, userns_fd=/proc/PID/ns/user})",
                ]
            }
        }
        calls += [
            "fsopen(\"overlay\", FSOPEN_CLOEXEC) = fs", "fsconfig(fs, \(options))",
            "fsmount(fs\(allowsDevices ? "" : ", MOUNT_ATTR_NODEV")) = tree",
            "sendmsg(channel, SCM_RIGHTS: tree)",
        ]
        return Explanation(
            shell: (scratch == nil
                ? ["mkdir -p \(directory)", "nsenter --target \"$PID\" --mount mount -t tmpfs tmpfs \(directory)"] : [])
                + [
                    "\(inside)mkdir -p \(upper.shellQuoted) \(work.shellQuoted)",
                    "\(inside)chown \(uid):\(gid) \(upper.shellQuoted) \(work.shellQuoted)",
                    "nsenter --target \"$PID\" --mount mount -t overlay -o \((options + (allowsDevices ? "" : ",nodev")).shellQuoted) overlay \"$ROOT\"",
                ], systemCalls: calls,
            why: "The image stays as it is: what the container changes goes to a layer of its own.")
    }
}

extension DirectRoot {
    /// The three voices.
    public var explanation: Explanation {
        Explanation(
            shell: [
                "nsenter --target \"$PID\" --mount mount --bind \(directory.string.shellQuoted) \"$ROOT\""
            ],
            systemCalls: treeCalls(
                directory.string, recursive: false, readOnly: isReadOnly, devices: allowsDevices,
                idmapped: !map.isIdentity),
            why: "The directory itself is the root: what the container changes stays changed.")
    }
}

extension TreeMount {
    /// The three voices; the shell keeps the source for the child's `attach` in `$TREEn`.
    public var explanation: Explanation {
        let name = shownSource.lastComponent?.string ?? "/"
        return Explanation(
            shell: ["TREE\(slot.index)=\(shownSource.string.shellQuoted)"],
            systemCalls: treeCalls(
                shownSource.string, recursive: isRecursive, readOnly: isReadOnly, devices: allowsDevices,
                idmapped: !map.isIdentity),
            why: map.isIdentity
                ? "A detached copy of the mount of \(name) can be put at any place inside, where no path of the host leads."
                : "The volume \(name) is what the host has there, seen through the container's ids: no chown, no copy.")
    }
}

private func treeCalls(
    _ path: String, recursive: Bool, readOnly: Bool, devices: Bool, idmapped: Bool
) -> [String] {
    let depth = recursive ? "|AT_RECURSIVE" : ""
    let set =
        (readOnly ? ["MOUNT_ATTR_RDONLY"] : []) + (devices ? [] : ["MOUNT_ATTR_NODEV"])
        + (idmapped ? ["MOUNT_ATTR_IDMAP"] : [])
    var calls = ["open_tree(\"\(path)\", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC\(depth)) = tree"]
    if !set.isEmpty {
        calls.append(
            "mount_setattr(tree, AT_EMPTY_PATH\(depth), {attr_set=\(set.joined(separator: "|"))"
                + (idmapped ? ", userns_fd=/proc/PID/ns/user})" : "})"))
    }
    return calls + ["sendmsg(channel, SCM_RIGHTS: tree)"]
}
