extension ContainerStore {
    /// Writes down that something has happened to a container.
    func tell(_ action: ContainerAction, of record: ContainerRecord) {
        let container = EventContainer(
            id: record.id, name: record.name, image: record.request.image, labels: record.labels)
        EventLog(paths).append(Event(action, container))
    }

    /// The same of the networks that it is connected to.
    func tellNetworks(_ action: NetworkAction, of record: ContainerRecord) {
        for endpoint in record.network.endpoints { tellNetwork(action, endpoint) }
    }

    /// The same of one network.
    func tellNetwork(_ action: NetworkAction, _ endpoint: Endpoint) {
        let network = EventNetwork(
            id: endpoint.networkID, name: endpoint.network, driver: endpoint.driver.rawValue)
        EventLog(paths).append(Event(action, network))
    }

    /// The same of its volumes at a start.
    func tellVolumesMounted(to record: ContainerRecord) {
        for mount in record.mounts where mount.kind == .volume {
            let action = VolumeAction.mount(
                container: record.id, destination: mount.target, isReadOnly: mount.isReadOnly)
            EventLog(paths).append(Event(action, volume: mount.source))
        }
    }

    /// The same of its volumes at its end.
    func tellVolumesUnmounted(from record: ContainerRecord) {
        for mount in record.mounts where mount.kind == .volume {
            EventLog(paths).append(Event(.unmount(container: record.id), volume: mount.source))
        }
    }

    /// The same of its command's end, with the reason where the kernel had one.
    func tellEnd(of record: ContainerRecord) {
        if record.state.outOfMemory { tell(.oom, of: record) }
        tell(.die(exitCode: record.state.exitCode), of: record)
    }
}
