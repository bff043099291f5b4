/// Where the steps of one plan meet: the undo list, and the handles that earlier steps leave for later ones.
///
/// Handles are kept by their type, so a module can add its own (netlink sockets, port reservations) without the
/// modules below knowing of it.
public final class Stage {
    /// The reverse of everything done so far.
    public let undo = UndoList()

    private var resources: [ObjectIdentifier: AnyObject] = [:]

    /// An empty stage.
    public init() {}

    /// The handle of this type that an earlier step left, if any.
    public func resource<Resource: AnyObject>(_ type: Resource.Type) -> Resource? {
        resources[ObjectIdentifier(type)] as? Resource
    }

    /// The handle of this type; made by `make` and kept when there is none yet.
    public func resource<Resource: AnyObject>(
        _ type: Resource.Type, orMake make: () throws -> Resource
    ) rethrows -> Resource {
        if let found = resource(type) { return found }
        let made = try make()
        leave(made)
        return made
    }

    /// Leaves a handle for later steps, in place of an earlier one of the same type.
    public func leave<Resource: AnyObject>(_ resource: Resource) {
        resources[ObjectIdentifier(Resource.self)] = resource
    }
}
