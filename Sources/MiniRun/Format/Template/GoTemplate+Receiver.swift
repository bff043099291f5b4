import Namespaces

extension GoTemplate {
    /// What a template's value stands for where Docker fills in a type of its own and not a map.
    struct Receiver: Sendable {
        /// A method that takes one text: `{{.Label "key"}}`.
        typealias Method = @Sendable (String) -> JSONValue

        /// Go's name of the type, as it stands in errors; nil for a map.
        var typeName: String?
        /// Go's names of the types of its fields, of those that are no maps either.
        var structs: [String: String] = [:]
        /// By name.
        var methods: [String: Method] = [:]
        /// Whether a key that a map does not have is no value, as Go has it; Docker's `inspect` wants it to be an error.
        var allowsMissingKeys = false
        /// Whether a heading is printed, in which fields are names of columns: one that is missing has no value, and
        /// functions leave the text as it is.
        var isHeading = false

        /// Go's name of the type of an object in `root`, what the template is filled in with; nil for a map.
        func typeName(of object: JSONValue, in root: JSONValue) -> String? {
            if object == root { return typeName }
            return structs.first { root[$0.key] == object }?.value
        }
    }

    /// The fields of its value that the template speaks of; nil when it uses the value as a whole. What is costly to find
    /// out (a container's size) is asked only when it is wanted.
    var fieldsUsed: Set<String>? {
        var usage = Usage()
        usage.visit(nodes, dotIsValue: true)
        return usage.isWhole ? nil : usage.fields
    }

    /// Collects what a template speaks of.
    private struct Usage {
        var fields: Set<String> = []
        var isWhole = false

        mutating func visit(_ nodes: [Node], dotIsValue: Bool) {
            for node in nodes {
                switch node {
                case .text: break
                case .output(let pipeline): visit(pipeline, dotIsValue)
                case .conditional(let pipeline, let then, let otherwise):
                    visit(pipeline, dotIsValue)
                    visit(then + otherwise, dotIsValue: dotIsValue)
                case .with(let pipeline, let then, let otherwise), .loop(let pipeline, let then, let otherwise):
                    visit(pipeline, dotIsValue)
                    visit(then, dotIsValue: false)
                    visit(otherwise, dotIsValue: dotIsValue)
                }
            }
        }

        private mutating func visit(_ pipeline: Pipeline, _ dotIsValue: Bool) {
            for operand in pipeline.commands.flatMap(\.operands) {
                switch operand.base {
                case .dot where dotIsValue, .variable("$"):
                    if let field = operand.fields.first { fields.insert(field) } else { isWhole = true }
                case .pipeline(let inner): visit(inner, dotIsValue)
                default: break
                }
            }
        }
    }
}
