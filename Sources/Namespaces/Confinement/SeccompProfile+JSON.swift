extension SeccompProfile {
    /// The whole of a profile. Keys that are not here (`flags`, comments) change nothing of what is compiled.
    struct Document {
        let defaultAction: String
        let defaultErrnoRet: UInt16?
        let architectures: [String]
        let archMap: [Architectures]
        let syscalls: [Rule]

        init(json: JSONValue) throws(JSONError) {
            defaultAction = try json.string("defaultAction")
            defaultErrnoRet = try json.integer(ifPresent: "defaultErrnoRet")
            architectures = try json.strings("architectures")
            archMap = try json.list("archMap", of: Architectures.init(json:))
            syscalls = try json.list("syscalls", of: Rule.init(json:))
        }
    }

    /// An architecture and those whose programs it runs as well.
    struct Architectures {
        let architecture: String
        let subArchitectures: [String]

        init(json: JSONValue) throws(JSONError) {
            architecture = try json.string("architecture")
            subArchitectures = try json.strings("subArchitectures")
        }
    }

    /// What happens to some system calls.
    struct Rule {
        let names: [String]
        let action: String
        let errnoRet: UInt16?
        let args: [Argument]
        let includes: SeccompCondition?
        let excludes: SeccompCondition?

        init(json: JSONValue) throws(JSONError) {
            names = try json.strings("names") + [json.string(ifPresent: "name")].compactMap { $0 }
            action = try json.string("action")
            errnoRet = try json.integer(ifPresent: "errnoRet")
            args = try json.list("args", of: Argument.init(json:))
            includes = try json.member(ifPresent: "includes", SeccompCondition.init(json:))
            excludes = try json.member(ifPresent: "excludes", SeccompCondition.init(json:))
        }
    }

    /// A condition on one argument of a call.
    struct Argument {
        let index: UInt32
        let value: UInt64
        let valueTwo: UInt64
        let op: String

        init(json: JSONValue) throws(JSONError) {
            index = try json.integer("index")
            value = try json.integer("value")
            valueTwo = try json.integer(ifPresent: "valueTwo") ?? 0
            op = try json.string("op")
        }
    }
}

extension SeccompCondition {
    init(json: JSONValue) throws(JSONError) {
        caps = try json.strings("caps")
        arches = try json.strings("arches")
        minKernel = try json.string(ifPresent: "minKernel")
    }
}
