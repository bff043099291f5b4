import CShim
import SystemPackage

extension Errno {
    /// The calling thread's errno. To be read on the line after the failed call, before any text is built.
    public static var current: Errno { Errno(rawValue: minirun_errno()) }
}
