import Namespaces
import NetSetup
import SystemPackage

/// A container under Docker's keys, for `inspect`. Its larger sections stand in files of their own.
struct ContainerInspection {
    let container: Container
    /// What it was last started from; nil when it does not run.
    let specification: RuntimeSpecification?
    /// The container's directory, which holds its generated files and its log.
    let directory: FilePath
    /// Where its volumes are.
    let volumes: VolumeStore
    /// What inside is not as it is written down.
    var drift: [String] = []

    var record: ContainerRecord { container.record }
    var request: RunRequest { record.request }
    /// The words, understood again; nil when they no longer can be.
    var configuration: ContainerConfiguration? { try? ContainerConfiguration(request) }

    var json: JSONValue {
        let configuration = configuration
        var members: [JSONValue.Member] = drift.isEmpty ? [] : [.init("Drift", .strings(drift))]
        if case .object(let usual) = usual(configuration) { members = usual + members }
        return .object(members)
    }

    private func usual(_ configuration: ContainerConfiguration?) -> JSONValue {
        [
            "Id": .string(record.id),
            "Created": .string(Self.timestamp(record.created)),
            "Path": .string(record.args.first ?? ""),
            "Args": .strings(record.args.dropFirst()),
            "State": state,
            "Image": .string(container.record.image ?? request.image),
            "ResolvConfPath": file("resolv.conf"),
            "HostnamePath": file("hostname"),
            "HostsPath": file("hosts"),
            "LogPath": configuration?.log.driver == .jsonFile && !record.isForeground
                ? file("\(record.id)-json.log") : "",
            "Name": .string("/\(record.name)"),
            "RestartCount": .integer(Int64(record.state.restarts)),
            "Driver": .string(request.writeThrough ? "" : "overlay2"),
            "Platform": "linux",
            "MountLabel": "",
            "ProcessLabel": "",
            "AppArmorProfile": "",
            "ExecIDs": nil,
            "HostConfig": hostSettings(configuration),
            "GraphDriver": graphDriver,
            "Mounts": mounts,
            "Config": ownSettings(configuration),
            "NetworkSettings": network,
        ]
    }

    private func file(_ name: String) -> JSONValue { .string("\(directory)/\(name)") }

    /// Whom the image names, if it is still there.
    var imageUser: String? {
        let id = record.image.flatMap { try? Digest(parsing: $0) }
        return id.flatMap { try? ImageStore(volumes.paths).record($0) }?.configuration.user
    }

    // MARK: State

    var pid: Int64 { container.isRunning ? Int64(record.process?.pid ?? 0) : 0 }

    private var state: JSONValue {
        let state = record.state
        let word = container.state
        return [
            "Status": .string(word.rawValue), "Running": .bool(container.isRunning || word == .restarting),
            "Paused": .bool(word == .paused), "Restarting": .bool(word == .restarting),
            "OOMKilled": .bool(state.outOfMemory), "Dead": false, "Pid": .integer(pid),
            "ExitCode": .integer(Int64(container.exitCode)), "Error": .string(state.error),
            "StartedAt": .string(Self.timestamp(state.started)),
            // Null without a check, so that templates can ask for it.
            "FinishedAt": .string(Self.timestamp(state.finished)), "Health": health ?? nil,
        ]
    }

    private var health: JSONValue? {
        record.state.health.map { health in
            [
                "Status": .string(health.status.rawValue), "FailingStreak": .integer(Int64(health.failingStreak)),
                "Log": .array(
                    health.log.map { probe in
                        [
                            "Start": .string(Self.timestamp(probe.start)), "End": .string(Self.timestamp(probe.end)),
                            "ExitCode": .integer(Int64(probe.exitCode)), "Output": .string(probe.output),
                        ]
                    }),
            ]
        }
    }

    private static func timestamp(_ moment: Timestamp?) -> String { moment?.rfc3339 ?? Timestamp.never }

    // MARK: Files

    private var graphDriver: JSONValue {
        guard let layer = record.layer, let lower = specification?.root.path else { return ["Name": "", "Data": nil] }
        return [
            "Name": "overlay2",
            "Data": [
                "LowerDir": .string(lower), "UpperDir": .string("\(layer)/upper"), "WorkDir": .string("\(layer)/work"),
            ],
        ]
    }

    private var mounts: JSONValue {
        .array(
            record.mounts.filter { $0.kind != .tmpfs }.map { mount in
                let isVolume = mount.kind == .volume
                return .record([
                    "Type": .string(mount.kind.rawValue), "Name": isVolume ? .string(mount.source) : nil,
                    "Source": .string(isVolume ? volumes.data(mount.source).string : mount.source),
                    "Destination": .string(mount.target), "Driver": isVolume ? "local" : nil,
                    "Mode": .string(mount.isReadOnly ? "ro" : ""), "RW": .bool(!mount.isReadOnly),
                    "Propagation": .string(isVolume ? "" : mount.propagation.rawValue),
                ])
            })
    }
}
