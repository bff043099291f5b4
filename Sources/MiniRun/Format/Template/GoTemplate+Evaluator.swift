import Namespaces

extension GoTemplate {
    /// Walks a parsed template over a value.
    struct Evaluator {
        private(set) var output = ""
        private let root: JSONValue
        private let receiver: Receiver
        private var variables: [(name: String, value: JSONValue)]

        init(root: JSONValue, _ receiver: Receiver) {
            self.root = root
            self.receiver = receiver
            variables = [("$", root)]
        }

        mutating func run(_ nodes: [Node], dot: JSONValue) throws(UsageError) {
            for node in nodes {
                switch node {
                case .text(let text): output += text
                case .output(let pipeline):
                    let value = try evaluate(pipeline, dot: dot)
                    if pipeline.variables.isEmpty { output += value.goText }
                case .conditional(let pipeline, let then, let otherwise):
                    try scoped { (self) throws(UsageError) in
                        let value = try self.evaluate(pipeline, dot: dot)
                        try self.run(value.isEmpty ? otherwise : then, dot: dot)
                    }
                case .with(let pipeline, let then, let otherwise):
                    try scoped { (self) throws(UsageError) in
                        let value = try self.evaluate(pipeline, dot: dot)
                        try self.run(value.isEmpty ? otherwise : then, dot: value.isEmpty ? dot : value)
                    }
                case .loop(let pipeline, let body, let otherwise):
                    try scoped { (self) throws(UsageError) in
                        try self.loop(pipeline, body, otherwise, dot: dot)
                    }
                }
            }
        }

        private mutating func scoped(_ body: (inout Evaluator) throws(UsageError) -> Void) throws(UsageError) {
            let count = variables.count
            try body(&self)
            variables.removeSubrange(count...)
        }

        private mutating func loop(
            _ pipeline: Pipeline, _ body: [Node], _ otherwise: [Node], dot: JSONValue
        ) throws(UsageError) {
            var plain = pipeline
            plain.variables = []
            let value = try evaluate(plain, dot: dot)
            let items: [(JSONValue, JSONValue)]
            switch value {
            case .array(let values): items = values.enumerated().map { (.integer(Int64($0.offset)), $0.element) }
            case .object(let members):
                // Go walks a map in the order of its keys.
                let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                items = sorted.map { (.string($0.key), $0.value) }
            case .null: items = []
            default:
                throw failure(pipeline.commands.first?.place, "range can't iterate over \(value.goText)")
            }
            guard !items.isEmpty else { return try run(otherwise, dot: dot) }
            for (key, item) in items {
                try scoped { (self) throws(UsageError) in
                    if let last = pipeline.variables.last { self.set(last, item, declares: pipeline.declares) }
                    if pipeline.variables.count == 2 {
                        self.set(pipeline.variables[0], key, declares: pipeline.declares)
                    }
                    try self.run(body, dot: item)
                }
            }
        }

        private mutating func set(_ name: String, _ value: JSONValue, declares: Bool) {
            if !declares, let index = variables.lastIndex(where: { $0.name == name }) {
                variables[index].value = value
            } else {
                variables.append((name, value))
            }
        }

        private func failure(_ place: Place?, _ message: String) -> UsageError {
            let place = place ?? Place(line: 1, column: 0, source: "")
            return UsageError(
                "template: :\(place.line):\(place.column): executing \"\" at <\(place.source)>: \(message)"
            )
        }

        private mutating func evaluate(_ pipeline: Pipeline, dot: JSONValue) throws(UsageError) -> JSONValue {
            var value: JSONValue?
            for command in pipeline.commands { value = try evaluate(command, dot: dot, piped: value) }
            let result = value ?? .null
            if let name = pipeline.variables.first { set(name, result, declares: pipeline.declares) }
            return result
        }

        private mutating func evaluate(
            _ command: Command, dot: JSONValue, piped: JSONValue?
        ) throws(UsageError) -> JSONValue {
            guard let first = command.operands.first else { return .null }
            guard case .function(let name) = first.base else {
                guard command.operands.count > 1 else { return try evaluate(first, dot: dot) }
                guard !first.fields.isEmpty else {
                    throw failure(first.place, "can't give argument to non-function \(first.place.source)")
                }
                return try callMethod(first, try arguments(of: command, dot: dot), dot: dot)
            }
            var arguments = try arguments(of: command, dot: dot)
            if let piped { arguments.append(piped) }
            do {
                let result = try call(name, arguments)
                return try field(first.fields, of: result, first.place)
            } catch {
                throw failure(command.place, "error calling \(name): \(error)")
            }
        }

        private mutating func arguments(of command: Command, dot: JSONValue) throws(UsageError) -> [JSONValue] {
            var values: [JSONValue] = []
            for operand in command.operands.dropFirst() { values.append(try evaluate(operand, dot: dot)) }
            return values
        }

        private func call(_ name: String, _ arguments: [JSONValue]) throws(UsageError) -> JSONValue {
            if receiver.isHeading, let text = Functions.inHeading(name, arguments) { return text }
            return try Functions.call(name, arguments)
        }

        /// `.Label "key"`: the last name of a chain with what stands behind it.
        private mutating func callMethod(
            _ operand: Operand, _ arguments: [JSONValue], dot: JSONValue
        ) throws(UsageError) -> JSONValue {
            var owner = operand
            let name = owner.fields.removeLast()
            let value = try evaluate(owner, dot: dot)
            guard let method = receiver.methods[name], value == root else {
                if value[name] == nil { return try field([name], of: value, operand.place) }
                let isStruct = receiver.typeName(of: value, in: root) != nil
                throw failure(
                    operand.place,
                    isStruct
                        ? "wrong number of args for \(name): want 0 got \(arguments.count)"
                        : "\(name) is not a method but has arguments")
            }
            return try run(method, name, arguments, operand.place)
        }

        private func run(
            _ method: Receiver.Method, _ name: String, _ arguments: [JSONValue], _ place: Place
        ) throws(UsageError) -> JSONValue {
            guard arguments.count == 1 else {
                throw failure(place, "wrong number of args for \(name): want 1 got \(arguments.count)")
            }
            guard case .string(let argument) = arguments[0] else {
                throw failure(place, "expected string; found \(arguments[0].goText)")
            }
            return method(argument)
        }

        private mutating func evaluate(_ operand: Operand, dot: JSONValue) throws(UsageError) -> JSONValue {
            let base: JSONValue
            switch operand.base {
            case .dot: base = dot
            case .variable(let name): base = variables.last { $0.name == name }?.value ?? .null
            case .literal(let value): base = value
            case .pipeline(let inner): base = try evaluate(inner, dot: dot)
            case .function(let name):
                do { base = try call(name, []) } catch {
                    throw failure(operand.place, "error calling \(name): \(error)")
                }
            }
            return try field(operand.fields, of: base, operand.place)
        }

        private func field(_ names: [String], of base: JSONValue, _ place: Place) throws(UsageError) -> JSONValue {
            var value = base
            for name in names {
                switch value {
                case .object:
                    if let member = value[name] {
                        value = member
                    } else {
                        value = try missing(name, of: value, place)
                    }
                case .null where receiver.allowsMissingKeys: break
                case .null: throw failure(place, "nil pointer evaluating interface {}.\(name)")
                default: throw failure(place, "can't evaluate field \(name) in type \(value.goType)")
                }
            }
            return value
        }

        /// What a name stands for that the object does not have.
        private func missing(_ name: String, of value: JSONValue, _ place: Place) throws(UsageError) -> JSONValue {
            if receiver.isHeading { return .null }
            guard let type = receiver.typeName(of: value, in: root) else {
                if receiver.allowsMissingKeys { return .null }
                throw failure(place, "map has no entry for key \(name.goQuoted)")
            }
            if value == root, let method = receiver.methods[name] { return try run(method, name, [], place) }
            throw failure(place, "can't evaluate field \(name) in type \(type)")
        }
    }
}
