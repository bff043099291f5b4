import Namespaces

// `config.json` in both directions. What the OCI runtime specification lets a file leave out may be missing.

extension RuntimeSpecification: RecordJSON {
    var json: JSONValue {
        .record([
            "ociVersion": .string(ociVersion), "process": process.json,
            "root": ["path": .string(root.path), "readonly": .bool(root.readonly)],
            "hostname": .text(hostname), "domainname": .text(domainname),
            "mounts": .array(
                mounts.map { mount in
                    [
                        "destination": .string(mount.destination), "type": .string(mount.type),
                        "source": .string(mount.source), "options": .strings(mount.options),
                    ]
                }),
            "linux": linux.json, "annotations": .map(annotations.mapValues { .string($0) }),
        ])
    }

    init(json: JSONValue) throws(JSONError) {
        ociVersion = try json.string("ociVersion")
        process = try json.member("process", Process.init(json:))
        root = try json.member("root") { (root) throws(JSONError) in
            Root(path: try root.string("path"), readonly: try root.bool(ifPresent: "readonly") ?? false)
        }
        hostname = try json.string(ifPresent: "hostname")
        domainname = try json.string(ifPresent: "domainname")
        mounts = try json.list("mounts") { (mount) throws(JSONError) in
            Mount(
                destination: try mount.string("destination"), type: try mount.string(ifPresent: "type") ?? "",
                source: try mount.string(ifPresent: "source") ?? "", options: try mount.strings("options"))
        }
        linux = try json.member("linux", Linux.init(json:))
        annotations = try json.stringMap("annotations")
    }
}

extension RuntimeSpecification.Process: RecordJSON {
    var json: JSONValue {
        .record([
            "terminal": .bool(terminal),
            "user": [
                "uid": .integer(Int64(user.uid)), "gid": .integer(Int64(user.gid)),
                "additionalGids": .array(user.additionalGids.map { .integer(Int64($0)) }),
            ],
            "args": .strings(args), "env": .strings(env), "cwd": .string(cwd),
            "capabilities": [
                "bounding": .strings(capabilities.bounding), "effective": .strings(capabilities.effective),
                "permitted": .strings(capabilities.permitted), "inheritable": .strings(capabilities.inheritable),
                "ambient": .strings(capabilities.ambient),
            ],
            "rlimits": .array(rlimits.map(\.json)), "noNewPrivileges": .bool(noNewPrivileges),
            "oomScoreAdj": oomScoreAdj.map { .integer(Int64($0)) },
        ])
    }

    init(json: JSONValue) throws(JSONError) {
        terminal = try json.bool(ifPresent: "terminal") ?? false
        user = try json.member("user") { (user) throws(JSONError) in
            User(
                uid: try user.integer("uid"), gid: try user.integer("gid"),
                additionalGids: try user.list("additionalGids", of: JSONValue.integer(of:)))
        }
        args = try json.strings("args")
        env = try json.strings("env")
        cwd = try json.string("cwd")
        let none = Capabilities(bounding: [], effective: [], permitted: [], inheritable: [], ambient: [])
        capabilities =
            try json.member(ifPresent: "capabilities") { (sets) throws(JSONError) in
                Capabilities(
                    bounding: try sets.strings("bounding"), effective: try sets.strings("effective"),
                    permitted: try sets.strings("permitted"), inheritable: try sets.strings("inheritable"),
                    ambient: try sets.strings("ambient"))
            } ?? none
        rlimits = try json.records("rlimits")
        noNewPrivileges = try json.bool(ifPresent: "noNewPrivileges") ?? false
        oomScoreAdj = try json.integer(ifPresent: "oomScoreAdj")
    }
}

extension RuntimeSpecification.Process.Limit: RecordJSON {
    var json: JSONValue {
        func number(_ value: UInt64) -> JSONValue { Int64(exactly: value).map { .integer($0) } ?? .unsigned(value) }
        return ["type": .string(type), "hard": number(hard), "soft": number(soft)]
    }

    init(json: JSONValue) throws(JSONError) {
        type = try json.string("type")
        hard = try json.integer("hard")
        soft = try json.integer("soft")
    }
}

extension RuntimeSpecification.Linux: RecordJSON {
    var json: JSONValue {
        func mappings(_ list: [IDMapping]) -> JSONValue {
            .array(
                list.map {
                    [
                        "containerID": .integer(Int64($0.containerID)), "hostID": .integer(Int64($0.hostID)),
                        "size": .integer(Int64($0.size)),
                    ]
                })
        }
        return [
            "namespaces": .array(namespaces.map { .record(["type": .string($0.type), "path": .text($0.path)]) }),
            "uidMappings": mappings(uidMappings), "gidMappings": mappings(gidMappings),
            "sysctl": .map(sysctl.mapValues { .string($0) }), "maskedPaths": .strings(maskedPaths),
            "readonlyPaths": .strings(readonlyPaths),
        ]
    }

    init(json: JSONValue) throws(JSONError) {
        func mapping(_ json: JSONValue) throws(JSONError) -> IDMapping {
            IDMapping(
                containerID: try json.integer("containerID"), hostID: try json.integer("hostID"),
                size: try json.integer("size"))
        }
        namespaces = try json.list("namespaces") { (json) throws(JSONError) in
            Namespace(type: try json.string("type"), path: try json.string(ifPresent: "path"))
        }
        uidMappings = try json.list("uidMappings", of: mapping)
        gidMappings = try json.list("gidMappings", of: mapping)
        sysctl = try json.stringMap("sysctl")
        maskedPaths = try json.strings("maskedPaths")
        readonlyPaths = try json.strings("readonlyPaths")
    }
}
