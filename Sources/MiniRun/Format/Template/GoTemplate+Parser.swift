import Namespaces

extension GoTemplate {
    /// Builds nodes from pieces by recursive descent.
    struct Parser {
        private let lexer: Lexer
        private var next = 0
        private var tokens: ArraySlice<Token> = []
        /// Where the last token taken ended.
        private var taken = 0
        private var line = 1
        /// Variables that are in scope; Go refuses unknown ones when it parses.
        private var variables = ["$"]
        /// A template nested deeper than this is not a person's.
        private var depth = 0
        private static let maximumDepth = 100

        init(_ text: String) throws(UsageError) {
            lexer = try Lexer(text)
        }

        mutating func parse() throws(UsageError) -> [Node] {
            let (nodes, end) = try list()
            if let end { throw failure("unexpected {{\(end)}}") }
            return nodes
        }

        private mutating func advance() {
            taken = tokens.first?.range.upperBound ?? taken
            tokens = tokens.dropFirst()
        }

        private func failure(_ message: String) -> UsageError {
            UsageError("template: :\(line): \(message)")
        }

        private mutating func deeper() throws(UsageError) {
            depth += 1
            guard depth <= Self.maximumDepth else { throw failure("nested too deeply") }
        }

        /// Nodes up to an `end` or `else` of the enclosing construct, which is returned and left in `tokens`.
        private mutating func list() throws(UsageError) -> ([Node], String?) {
            var nodes: [Node] = []
            while next < lexer.pieces.count {
                let piece = lexer.pieces[next]
                next += 1
                switch piece {
                case .text(let text): nodes.append(.text(text))
                case .action(let action, let line):
                    self.line = line
                    tokens = action[...]
                    guard case .word(let word)? = tokens.first?.kind else {
                        nodes.append(.output(try wholePipeline("command")))
                        continue
                    }
                    switch word {
                    case "end", "else":
                        advance()
                        return (nodes, word)
                    case "if", "with", "range":
                        advance()
                        nodes.append(try control(word))
                    case "define", "template", "block", "break", "continue":
                        throw failure("{{\(word)}} is not supported here")
                    default: nodes.append(.output(try wholePipeline("command")))
                    }
                }
            }
            return (nodes, nil)
        }

        private mutating func control(_ word: String) throws(UsageError) -> Node {
            try deeper()
            defer { depth -= 1 }
            let scope = variables.count
            defer { variables.removeSubrange(scope...) }
            let pipeline = try wholePipeline(word)
            var (body, end) = try list()
            var otherwise: [Node] = []
            if end == "else" {
                if case .word(let again)? = tokens.first?.kind, again == word, word != "range" {
                    advance()
                    // `else if` opens a construct that shares our `end`.
                    return node(word, pipeline, body, [try control(word)])
                }
                guard tokens.isEmpty else { throw failure("unexpected \(shown(tokens.first)) in else") }
                (otherwise, end) = try list()
            }
            guard end == "end" else {
                throw failure(end == nil ? "unexpected EOF" : "expected end; found {{\(end ?? "")}}")
            }
            guard tokens.isEmpty else { throw failure("unexpected \(shown(tokens.first)) in end") }
            return node(word, pipeline, body, otherwise)
        }

        private func node(_ word: String, _ pipeline: Pipeline, _ body: [Node], _ otherwise: [Node]) -> Node {
            switch word {
            case "if": .conditional(pipeline, then: body, otherwise: otherwise)
            case "with": .with(pipeline, then: body, otherwise: otherwise)
            default: .loop(pipeline, body: body, otherwise: otherwise)
            }
        }

        private func shown(_ token: Token?) -> String {
            token.map { "<\(lexer.text($0.range))>" } ?? "EOF"
        }

        private mutating func wholePipeline(_ context: String) throws(UsageError) -> Pipeline {
            let pipeline = try pipeline(context)
            guard tokens.isEmpty else { throw failure("unexpected \(shown(tokens.first)) in \(context)") }
            return pipeline
        }

        private mutating func pipeline(_ context: String) throws(UsageError) -> Pipeline {
            try deeper()
            defer { depth -= 1 }
            var result = Pipeline()
            try declarations(&result, context)
            while true {
                let command = try command()
                guard !command.operands.isEmpty else { throw failure("missing value for \(context)") }
                if let first = command.operands.first, !result.commands.isEmpty {
                    guard case .function = first.base else {
                        throw failure("non executable command in pipeline stage \(result.commands.count + 1)")
                    }
                }
                result.commands.append(command)
                guard tokens.first?.kind == .sign("|") else { break }
                advance()
            }
            // Declared only now: a variable's own value cannot use it.
            if result.declares { variables += result.variables }
            return result
        }

        /// `$x :=`, `$x =`, and in a range `$key, $value :=`.
        private mutating func declarations(_ pipeline: inout Pipeline, _ context: String) throws(UsageError) {
            guard case .variable(let first)? = tokens.first?.kind else { return }
            let rest = tokens.dropFirst()
            var names = [first]
            var after = rest
            if context == "range", rest.first?.kind == .sign(","),
                case .variable(let second)? = rest.dropFirst().first?.kind
            {
                names.append(second)
                after = rest.dropFirst(2)
            }
            guard let sign = after.first?.kind, sign == .sign(":=") || sign == .sign("=") else { return }
            pipeline.variables = names
            pipeline.declares = sign == .sign(":=")
            if !pipeline.declares, let unknown = names.first(where: { !variables.contains($0) }) {
                throw failure("undefined variable \(unknown.goQuoted)")
            }
            tokens = after.dropFirst()
        }

        private mutating func command() throws(UsageError) -> Command {
            let start = tokens.first?.range.lowerBound ?? 0
            var operands: [Operand] = []
            while let operand = try operand() { operands.append(operand) }
            return Command(operands: operands, place: place(start..<max(start, taken)))
        }

        private mutating func operand() throws(UsageError) -> Operand? {
            guard let token = tokens.first else { return nil }
            let base: Operand.Base
            var fields: [String] = []
            switch token.kind {
            case .sign(")"), .sign("|"): return nil
            case .sign("("):
                advance()
                let inner = try pipeline("parenthesized pipeline")
                guard tokens.first?.kind == .sign(")") else { throw failure("unclosed left paren") }
                base = .pipeline(inner)
            case .sign: throw failure("unexpected \(shown(token)) in operand")
            case .dot: base = .dot
            case .field(let name):
                base = .dot
                fields = [name]
            case .variable(let name):
                guard variables.contains(name) else { throw failure("undefined variable \(name.goQuoted)") }
                base = .variable(name)
            case .literal(let value): base = .literal(value)
            case .word(let name):
                guard Functions.names.contains(name) else { throw failure("function \(name.goQuoted) not defined") }
                base = .function(name)
            }
            advance()
            var range = token.range.lowerBound..<taken
            // Go places a chain at its second field.
            var column = range.lowerBound
            while let chained = tokens.first, !chained.isSpaced, case .field(let name) = chained.kind {
                if case .dot = base, fields.isEmpty { throw failure("unexpected \(shown(chained)) after dot") }
                if case .literal = base { throw failure("unexpected . after term \(lexer.text(range).goQuoted)") }
                if fields.count == 1 || column == range.lowerBound { column = chained.range.lowerBound }
                fields.append(name)
                range = range.lowerBound..<chained.range.upperBound
                advance()
            }
            if let glued = tokens.first, !glued.isSpaced {
                switch glued.kind {
                case .sign(")"), .sign("|"), .sign(","), .sign("="), .sign(":="): break
                default: throw failure("unexpected \(shown(glued)) in operand")
                }
            }
            return Operand(base: base, fields: fields, place: place(range, column: column))
        }

        private func place(_ range: Range<Int>, column offset: Int? = nil) -> Place {
            let offset = offset ?? range.lowerBound
            let newline = lexer.bytes[..<offset].lastIndex(of: 10)
            return Place(
                line: lexer.line(at: offset), column: newline.map { offset - $0 } ?? offset, source: lexer.text(range))
        }
    }
}
