/// What a new process does, in order, until it is the workload.
public struct ChildProgram: Sendable {
    /// The operations.
    public private(set) var operations: [ChildOperation] = []
    private var slots: Int32 = 0

    /// An empty program.
    public init() {}

    /// Gives out a place for a detached mount. There are 64 of them.
    public mutating func newSlot() -> MountSlot {
        defer { slots += 1 }
        return MountSlot(index: slots)
    }

    /// Whether more slots were given out than the child has.
    var hasTooManySlots: Bool { slots > Self.slotCount }
    static let slotCount: Int32 = 64

    /// Adds an operation at the end.
    public mutating func append(_ operation: ChildOperation) { operations.append(operation) }

    /// Adds operations at the end.
    public mutating func append(_ more: [ChildOperation]) { operations += more }
}
