import Namespaces

extension Stage {
    /// Applies a plan's steps in order; with `voices`, each is told on standard error, and what happens inside the container
    /// as it happens. `id` is the container's.
    func apply(_ steps: [any Step], explaining voices: ExplainVoices?, id: String) throws {
        guard let voices else {
            for step in steps { try step.apply(on: self) }
            return
        }
        var printer = ExplainPrinter(voices: voices, colours: StandardError.showsColours, id: id)
        for step in steps {
            StandardError.draw(printer.text(for: step))
            if !step.inside.isEmpty {
                let inside = printer.narrator(for: step)
                leave(ChildProgress { StandardError.draw(inside.text(at: $0)) })
            }
            try step.apply(on: self)
        }
    }

    /// Takes everything back; what cannot be is told on standard error, and returned.
    @discardableResult
    func unwindTellingFailures() -> [String] {
        let failures = undo.unwind()
        for failure in failures { StandardError.write("minirun: undo: \(failure)\n") }
        return failures
    }
}
