import CShim
import NetSetup

/// The table of `ps`, column for column Docker's.
public enum ContainerTable {
    /// One line a container under the header.
    public static func text(of containers: [Container], shortened: Bool) -> String {
        text(of: containers, shortened: shortened, now: Double(time(nil)))
    }

    static func text(of containers: [Container], shortened: Bool, now: Double) -> String {
        let rows = containers.map { entry in
            let container = entry.record
            let age = HumanDuration.text(seconds: now - Double(container.created.nanoseconds) / 1e9)
            return [
                shortened ? ContainerID.short(container.id) : container.id,
                container.request.image,
                command(of: container, shortened: shortened),
                "\(age) ago",
                entry.status.rawValue,
                ports(of: container),
                container.name,
            ]
        }
        let header = ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"]
        return TextTable.text(header: header, rows: rows)
    }

    private static func command(of container: ContainerRecord, shortened: Bool) -> String {
        let words = container.args.joined(separator: " ")
        return shortened && words.count > 20 ? "\"\(words.prefix(19))…\"" : "\"\(words)\""
    }

    /// `0.0.0.0:8080->80/tcp`, and `80/tcp` for what is exposed only.
    static func ports(of container: ContainerRecord) -> String {
        let published = container.ports.map { "\($0.frontend)->\($0.container)" }
        let known = Set(container.ports.map { String(describing: $0.container) })
        return (published + container.exposed.filter { !known.contains($0) }).joined(separator: ", ")
    }
}
