import CShim

/// What can happen to a container.
public enum ContainerAction: Sendable, Hashable {
    /// Made, started, stopped by request, started again, removed.
    case create, start, stop, restart, destroy
    /// Somebody connected to its terminal, or left.
    case attach, detach
    /// Frozen, and let go on.
    case pause, unpause
    /// The kernel ended a process of it for want of memory.
    case oom
    /// Its processes were listed.
    case top
    /// Its first process ended.
    case die(exitCode: Int32)
    /// A signal was sent.
    case kill(signal: Int32)
    /// It has another name now.
    case rename(oldName: String)
    /// A further process was prepared in it, began, ended.
    case execCreate(id: String, command: [String])
    case execStart(id: String, command: [String])
    case execDie(id: String, exitCode: Int32)
    /// Its health is known to be different: `healthy`, `unhealthy`.
    case healthStatus(String)

    /// Docker's word.
    var word: String {
        switch self {
        case .create: "create"
        case .start: "start"
        case .stop: "stop"
        case .restart: "restart"
        case .destroy: "destroy"
        case .attach: "attach"
        case .detach: "detach"
        case .pause: "pause"
        case .unpause: "unpause"
        case .oom: "oom"
        case .top: "top"
        case .die: "die"
        case .kill: "kill"
        case .rename: "rename"
        case .execCreate(_, let command): "exec_create: \(command.joined(separator: " "))"
        case .execStart(_, let command): "exec_start: \(command.joined(separator: " "))"
        case .execDie: "exec_die"
        case .healthStatus(let status): "health_status: \(status)"
        }
    }

    /// What the event says besides.
    var attributes: [String: String] {
        switch self {
        case .die(let code): ["exitCode": "\(code)"]
        case .kill(let signal): ["signal": "\(signal)"]
        // With the slash that Docker puts in front of names within.
        case .rename(let oldName): ["oldName": "/\(oldName)"]
        case .execCreate(let id, _), .execStart(let id, _): ["execID": id]
        case .execDie(let id, let code): ["execID": id, "exitCode": "\(code)"]
        default: [:]
        }
    }
}

/// What can happen to a network.
public enum NetworkAction: Sendable, Hashable {
    /// Made, removed.
    case create, destroy
    /// A container, by its id, got an interface in it, or lost it.
    case connect(container: String)
    case disconnect(container: String)

    fileprivate var word: String {
        switch self {
        case .create: "create"
        case .destroy: "destroy"
        case .connect: "connect"
        case .disconnect: "disconnect"
        }
    }

    fileprivate var container: String? {
        switch self {
        case .create, .destroy: nil
        case .connect(let container), .disconnect(let container): container
        }
    }
}

/// What can happen to a volume.
public enum VolumeAction: Sendable, Hashable {
    /// Made, removed.
    case create, destroy
    /// A container, by its id, has it now, or no longer.
    case mount(container: String, destination: String, isReadOnly: Bool)
    case unmount(container: String)

    fileprivate var word: String {
        switch self {
        case .create: "create"
        case .destroy: "destroy"
        case .mount: "mount"
        case .unmount: "unmount"
        }
    }

    fileprivate var attributes: [String: String] {
        switch self {
        case .create, .destroy: [:]
        case .mount(let container, let destination, let isReadOnly):
            [
                "container": container, "destination": destination, "read/write": "\(!isReadOnly)", "propagation": "",
            ]
        case .unmount(let container): ["container": container]
        }
    }
}

extension Event {
    /// Something that has happened to a volume just now; its id is its name.
    public init(_ action: VolumeAction, volume: String) {
        self.init(
            type: "volume", action: action.word, id: volume,
            attributes: action.attributes.merging(["driver": "local"]) { own, _ in own }, time: .now)
    }

    /// Something that has happened to a container just now. Labels do not hide what is the event's own.
    public init(_ action: ContainerAction, _ container: EventContainer) {
        self.init(action, container, time: .now)
    }

    init(_ action: ContainerAction, _ container: EventContainer, time: Timestamp) {
        var attributes = container.labels
        attributes["name"] = container.name
        attributes["image"] = container.image
        attributes.merge(action.attributes) { $1 }
        self.init(
            type: "container", action: action.word, id: container.id, attributes: attributes, time: time)
    }

    /// Something that has happened to a network just now.
    public init(_ action: NetworkAction, _ network: EventNetwork) {
        self.init(action, network, time: .now)
    }

    init(_ action: NetworkAction, _ network: EventNetwork, time: Timestamp) {
        var attributes = ["name": network.name, "type": network.driver]
        attributes["container"] = action.container
        self.init(type: "network", action: action.word, id: network.id, attributes: attributes, time: time)
    }
}
