import Namespaces

// How the record of a container is read; how it is written stands in RecordJSON.swift.

extension ContainerRecord {
    init(json: JSONValue) throws(JSONError) {
        id = try json.string("id")
        name = try json.string("name")
        created = try json.moment("created")
        hostname = try json.string("hostname")
        process = try json.member(ifPresent: "process", ProcessIdentity.init(json:))
        supervisor = try json.member(ifPresent: "supervisor", ProcessIdentity.init(json:))
        isForeground = try json.bool("isForeground")
        hasControlGroup = try json.bool("hasControlGroup")
        state = try json.member("state", ContainerState.init(json:))
        request = try json.member("request", RunRequest.init(json:))
        args = try json.strings("args")
        network = try json.member("network", Network.init(json:))
        publications = try json.records("publications")
        exposed = try json.strings("exposed")
        labels = try json.stringMap("labels")
        layer = try json.string(ifPresent: "layer")
        mounts = try json.records("mounts")
        image = try json.string(ifPresent: "image")
        exposures = try json.records("exposures")
        plugs = try json.records("plugs")
    }
}

extension ContainerRecord.Network {
    init(json: JSONValue) throws(JSONError) {
        self.init(mode: try json.string("mode"), attachments: try json.records("attachments"))
        endpoints = try json.records("endpoints")
    }
}

extension ProcessIdentity {
    init(json: JSONValue) throws(JSONError) {
        pid = try json.integer("pid")
        startTime = try json.integer("startTime")
        boot = try json.string("boot")
    }
}

extension ContainerState {
    init(json: JSONValue) throws(JSONError) {
        started = try json.moment(ifPresent: "started")
        finished = try json.moment(ifPresent: "finished")
        exitCode = try json.integer("exitCode")
        error = try json.string("error")
        outOfMemory = try json.bool("outOfMemory")
        isPaused = try json.bool("isPaused")
        isRestarting = try json.bool("isRestarting")
        restarts = try json.integer("restarts")
        let word = try json.string("wish")
        guard let wish = Wish(rawValue: word) else { throw JSONError("is no wish: \(word.goQuoted)", path: "wish") }
        self.wish = wish
        health = try json.member(ifPresent: "health", Health.init(json:))
    }
}

extension ContainerState.Health {
    init(json: JSONValue) throws(JSONError) {
        let word = try json.string("status")
        guard let status = Status(rawValue: word) else {
            throw JSONError("is no health: \(word.goQuoted)", path: "status")
        }
        self.status = status
        failingStreak = try json.integer("failingStreak")
        log = try json.records("log")
    }
}

extension ContainerState.Health.Probe: RecordJSON {
    init(json: JSONValue) throws(JSONError) {
        start = try json.moment("start")
        end = try json.moment("end")
        exitCode = try json.integer("exitCode")
        output = try json.string("output")
    }

    var json: JSONValue {
        [
            "start": start.json, "end": end.json, "exitCode": .integer(Int64(exitCode)), "output": .string(output),
        ]
    }
}

extension Timestamp {
    var json: JSONValue { .integer(nanoseconds) }
}

extension JSONValue {
    fileprivate func moment(_ name: String) throws(JSONError) -> Timestamp {
        Timestamp(nanoseconds: try integer(name))
    }

    fileprivate func moment(ifPresent name: String) throws(JSONError) -> Timestamp? {
        self[name] == nil ? nil : try moment(name)
    }
}
