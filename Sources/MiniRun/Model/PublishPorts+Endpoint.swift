import NetSetup

extension PublishPorts {
    /// To the container's end of one connection; to nowhere without one.
    init(_ publications: [Publication], to endpoint: Endpoint?) {
        let modes = endpoint?.modes ?? .init()
        self.init(
            publications, to: endpoint?.address?.address, endpoint?.address6?.address, modes: (modes.v4, modes.v6))
    }
}
