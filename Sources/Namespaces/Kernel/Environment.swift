import CShim

/// This process's environment.
package enum Environment {
    /// `NAME=value`, in the order it has them.
    package static var own: [String] {
        var entries: [String] = []
        var next = minirun_environment()
        while let entry = next.pointee {
            entries.append(String(cString: entry))
            next += 1
        }
        return entries
    }
}
