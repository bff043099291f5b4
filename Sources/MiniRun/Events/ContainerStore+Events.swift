extension ContainerStore {
    /// Writes down that something has happened to a container.
    func tell(_ action: ContainerAction, of record: ContainerRecord) {
        let container = EventContainer(
            id: record.id, name: record.name, image: record.request.image, labels: record.labels)
        EventLog(paths).append(Event(action, container))
    }

    /// The same of the network that it is in, if that has a bridge.
    func tellNetwork(_ action: NetworkAction, of record: ContainerRecord) {
        guard record.network.bridge != nil else { return }
        let network = EventNetwork(id: Claims.network, name: Claims.network, driver: "bridge")
        EventLog(paths).append(Event(action, network))
    }

    /// The same of its command's end, with the reason where the kernel had one.
    func tellEnd(of record: ContainerRecord) {
        if record.state.outOfMemory { tell(.oom, of: record) }
        tell(.die(exitCode: record.state.exitCode), of: record)
    }
}
