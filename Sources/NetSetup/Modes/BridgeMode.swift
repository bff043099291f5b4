/// A container's cable into a bridge: what its host's end is called.
public enum BridgeMode {
    /// The name of the host's end: `mr` and eight digits of the container's id, for further connections with a number.
    public static func hostInterface(container id: String, number: Int = 0) -> String {
        "mr" + id.prefix(8) + (number == 0 ? "" : "-\(number)")
    }

    /// The second name of the host's end, `minirun-web-eth0`; nil when it would be too long for the kernel.
    public static func alternativeName(container name: String, interface: String) -> String? {
        let name = "minirun-\(name)-\(interface)"
        // ALTIFNAMSIZ is 128 with the terminating zero; a longer name is only a convenience less.
        return name.utf8.count < 128 ? name : nil
    }
}
