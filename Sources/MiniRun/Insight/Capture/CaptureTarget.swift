import Namespaces
import NetSetup

/// What `capture` listens to: all interfaces of a container, or one of the host's.
struct CaptureTarget {
    /// As people call it.
    let name: String
    /// The network namespace, held open.
    let namespace: NamespaceHandle
    /// The interface's number; nil for all of them.
    let link: CInt?
    /// The names of all interfaces.
    let links: [CInt: String]
    /// What the packets begin with.
    let type: PacketFile.LinkType
    /// The container's first process, with which the capture ends.
    let process: ProcessIdentity?

    /// Finds a container, an interface or bridge of the host, a network's bridge, or a name of `ip netns`, in this order.
    /// Throws `ContainerConflict` for what is none of them, or does not run, `AmbiguousContainer`.
    init(_ reference: String, _ paths: StatePaths) throws {
        let store = ContainerStore(paths)
        do {
            let target = try NetworkTarget(reference, in: store)
            let survey = try NamespaceSurvey(target.namespace)
            name = target.record.name
            namespace = target.namespace
            process = target.process
            link = nil
            links = Self.names(survey)
            type = .ethernet
        } catch is NoSuchContainer {
            process = nil
            let host = try NamespaceHandle(.network)
            let survey = try NamespaceSurvey(host)
            guard
                let found = try survey.link(named: reference)
                    ?? Self.bridge(of: reference, paths).flatMap({ survey.link(named: $0) })
            else {
                guard try NamespaceName.all().contains(where: { $0.name == reference && $0.isNetwork }) else {
                    throw ContainerConflict(CaptureWords.nothing(reference))
                }
                namespace = try NamespaceHandle(path: Exposure.directory.appending(reference))
                (name, link, type) = (reference, nil, .ethernet)
                links = Self.names(try NamespaceSurvey(namespace))
                return
            }
            namespace = host
            links = Self.names(survey)
            name = found.name
            link = found.index
            // A tunnel's packets have no header of a link.
            type = found.mac == nil && !found.isLoopback ? .raw : .ethernet
        }
    }

    private static func names(_ survey: NamespaceSurvey) -> [CInt: String] {
        Dictionary(survey.links.map { ($0.index, $0.name) }) { first, _ in first }
    }

    /// The bridge of a network; nil when there is no such network. Throws `UsageError` for one without a bridge.
    private static func bridge(of reference: String, _ paths: StatePaths) throws -> String? {
        if DefaultNetwork.isMeant(by: reference) {
            return DefaultNetwork.bridgeName(try NetworkSettings.read(paths.configuration))
        }
        do {
            let record = try NetworkStore(paths).find(reference)
            guard record.hasBridge else { throw UsageError(CaptureWords.noBridge(reference)) }
            return record.bridgeName
        } catch is NoSuchNetwork { return nil }
    }
}
