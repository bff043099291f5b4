import Namespaces

/// `network create` in the user's words.
public struct NetworkRequest: Sendable {
    /// NETWORK.
    public var name: String
    /// `-d`.
    public var driver = "bridge"
    /// `--subnet`.
    public var subnets: [String] = []
    /// `--gateway`.
    public var gateways: [String] = []
    /// `--ip-range`.
    public var ranges: [String] = []
    /// `--aux-address NAME=ADDRESS`.
    public var auxiliary: [String] = []
    /// `-o KEY=VALUE`.
    public var options: [String] = []
    /// `--label`.
    public var labels: [String] = []
    /// `--internal`.
    public var isInternal = false
    /// `--ipv4`, which goes without saying.
    public var wantsIPv4 = true
    /// `--ipv6`.
    public var wantsIPv6 = false
    /// `--attachable`.
    public var isAttachable = false
    /// `--ingress`.
    public var isIngress = false
    /// `--scope`.
    public var scope = "local"
    /// `--ipam-driver`.
    public var ipamDriver = "default"
    /// `--ipam-opt`.
    public var ipamOptions: [String] = []
    /// `--config-only`.
    public var isConfigurationOnly = false
    /// `--config-from`.
    public var configurationFrom: String?
    /// `--force-subnet`: also a subnet that the host uses otherwise.
    public var forcesSubnet = false

    /// A bridge network of this name.
    public init(_ name: String) { self.name = name }
}

extension NetworkRequest {
    /// The driver; throws Docker's sentences for those that cannot be had.
    func checkedDriver() throws -> NetworkDriver {
        // Docker's overlay needs a swarm; the word for what it is made of is understood as well.
        let word = driver == "vxlan" ? "overlay" : driver.isEmpty || driver == "default" ? "bridge" : driver
        guard let driver = NetworkDriver(rawValue: word) else {
            throw UsageError("plugin \(word.goQuoted) not found: there are bridge, macvlan and overlay")
        }
        if driver == .host || driver == .null {
            throw NetworkConflict("only one instance of \(word.goQuoted) network is allowed")
        }
        return driver
    }

    /// What Docker knows and minirun does not have is refused by name.
    func checkScope() throws(UsageError) {
        guard scope == "local" || scope.isEmpty else {
            throw UsageError("scope \(scope.goQuoted) is not supported: a network is one host's own (local)")
        }
        if isIngress { throw UsageError("an ingress network belongs to a swarm, which minirun does not have") }
        guard ipamDriver == "default" || ipamDriver.isEmpty else {
            throw UsageError("plugin \(ipamDriver.goQuoted) not found: addresses come from the driver \"default\"")
        }
        if let option = ipamOptions.first {
            throw UsageError("unknown IPAM option \(option.goQuoted): the driver \"default\" has none")
        }
        if isConfigurationOnly || configurationFrom?.isEmpty == false {
            throw UsageError("--config-only and --config-from belong to a swarm, which minirun does not have")
        }
        guard wantsIPv4 || driver == "macvlan" else {
            throw UsageError("a network without IPv4 is not supported: leave out what switches --ipv4 off")
        }
    }

    /// `-o` as a dictionary: the last word counts, but a `peer` is joined to those before it.
    func optionMap() throws(UsageError) -> [String: String] {
        var map: [String: String] = [:]
        for word in options {
            let (key, value) = word.cut("=")
            guard !key.trimmed.isEmpty else { throw UsageError("invalid option \(word.goQuoted): it has no key") }
            if key == "peer", let earlier = map[key], let value {
                map[key] = "\(earlier),\(value)"
            } else {
                map[key] = value ?? ""
            }
        }
        return map
    }

    /// The labels as a dictionary.
    func labelMap() throws(UsageError) -> [String: String] { try LabelList.gather(options: labels, files: []) }
}
