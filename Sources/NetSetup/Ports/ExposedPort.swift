import Namespaces

/// `--expose`: ports that the workload listens on, without a wish where; `-P` publishes them.
public enum ExposedPort {
    /// Parses `80`, `53/udp` or `7000-7010/udp`; throws Docker's `invalid range format for --expose: …`.
    public static func parse(_ text: String) throws(UsageError) -> [ContainerPort] {
        do {
            return try ports(text)
        } catch {
            throw UsageError("invalid range format for --expose: \(error)")
        }
    }

    /// The same grammar without the option's name in the message.
    package static func ports(_ text: String) throws(UsageError) -> [ContainerPort] {
        guard !text.isEmpty else { throw UsageError("invalid port range: value is empty") }
        let (numbers, name) = text.cut("/")
        let range = try PortNumber.parseRange(numbers, whole: text)
        let transport = try name.isEmptyOrNil ? .tcp : TransportProtocol(name: name ?? "")
        guard range.lowerBound > 0 else { throw UsageError("invalid port specification: \"0/\(transport.rawValue)\"") }
        return range.map { ContainerPort($0, transport) }
    }
}
