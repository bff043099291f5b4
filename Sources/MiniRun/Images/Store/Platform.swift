import Namespaces

/// What a machine can run, in the words of images: Go's names for systems and processors.
struct Platform: Sendable, Equatable, CustomStringConvertible {
    let system: String
    let architecture: String

    var description: String { "\(system)/\(architecture)" }

    /// This machine.
    static var own: Platform { Platform(system: "linux", architecture: HostFacts.architecture) }

    /// Whether an image that says this of itself is for it; one that says nothing is.
    func fits(_ document: JSONValue) -> Bool {
        let (system, architecture) = (document.text("os"), document.text("architecture"))
        return (system.isEmpty || system == self.system) && (architecture.isEmpty || architecture == self.architecture)
    }
}
