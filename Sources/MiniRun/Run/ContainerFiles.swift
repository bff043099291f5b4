import CShim
import Namespaces
import NetSetup
import SystemPackage

/// The files that minirun generates for a container and binds over its own: /etc/hosts, /etc/hostname, /etc/resolv.conf.
struct ContainerFiles: Step {
    /// One file.
    struct File: Sendable, Equatable {
        var name: String
        var text: String
        /// What minirun made of it, when that is to be told from what somebody has changed inside since.
        var made: String?
    }

    /// Where they are written: the container's directory.
    let directory: FilePath
    let files: [File]
    /// Who owns them, as the host counts: the container's root.
    let owner: (uid: UInt32, gid: UInt32)

    /// The places inside, for those that are written here.
    var places: [(source: FilePath, target: String)] {
        files.map { (directory.appending($0.name), "/etc/\($0.name)") }
    }

    func apply(on stage: Stage) throws {
        for file in files {
            let path = directory.appending(file.name)
            try Files.write(file.text, to: path)
            if let made = file.made { try Files.write(made, to: ResolverFile(in: directory).original) }
            if owner.uid != 0 || owner.gid != 0, chown(path.string, owner.uid, owner.gid) != 0 {
                throw KernelError.current("give \(path) to the container's root")
            }
        }
    }

    var explanation: Explanation {
        Explanation(
            shell: ["mkdir -p \(directory.string.shellQuoted)"]
                + files.map { file in
                    "printf %s \(file.text.shellQuoted) >\(directory.appending(file.name).string.shellQuoted)"
                },
            systemCalls: files.map { "write(\"\(directory.appending($0.name))\"), fchown(\(owner.uid), \(owner.gid))" },
            why: "Names and name servers depend on the network, so the image's own files would be wrong.")
    }
}

extension ContainerFiles {
    /// Decides the contents. `hostname` is the container's UTS name.
    static func make(
        _ configuration: ContainerConfiguration, namespaces: NamespacePlan, claims: Claims, hostname: String,
        resolver: ResolverOverrides, directory: FilePath
    ) throws -> (step: ContainerFiles, warning: String?) {
        let endpoints = claims.connections.endpoints
        var gateways = [IPAddress.Family.v4, .v6].compactMap { endpoints.leading($0)?.gateway($0) }
        let hasIPv6 = endpoints.isEmpty ? IPv6.isEnabled : endpoints.contains { $0.address6 != nil }
        var hosts: HostsFile
        let reach: ContainerResolver.Reach
        switch configuration.network {
        case .host:
            hosts = HostsFile(text: try Files.text(ifPresent: "/etc/hosts") ?? "")
            gateways = [IPAddress(v4: 0x7f00_0001)]
            reach = .host
        case .none where endpoints.isEmpty:
            hosts = HostsFile(ipv6: IPv6.isEnabled)
            reach = .nothing
        case .bridge where !configuration.servesNames:
            hosts = HostsFile(ipv6: hasIPv6)
            reach = .network(ipv6: hasIPv6)
        // Somebody may have connected a container that began without any network.
        case .none, .bridge, .network, .container, .path:
            hosts = HostsFile(ipv6: hasIPv6)
            reach = endpoints.isEmpty ? .network(ipv6: true) : .embedded
        }
        hosts.add(
            hostname: hostname, domainname: configuration.request.domainname, at: endpoints.flatMap(\.publicAddresses))
        try hosts.add(configuration.addedHosts, gateways: gateways)
        let file = ContainerResolver(
            host: HostFiles.resolver,
            resolved: { try? Files.text(FilePath(ContainerResolver.resolvedPath)) },
            overrides: resolver, reach: reach)
        guard let uid = namespaces.map.outside(uid: 0), let gid = namespaces.map.outside(gid: 0) else {
            throw UsageError("the id map has no root")
        }
        let files = [
            File(name: "hosts", text: hosts.text), File(name: "hostname", text: hostname + "\n"),
            // One that lives once has nothing to remember.
            File(
                name: "resolv.conf", text: try ResolverFile(in: directory).edited ?? file.text,
                made: configuration.request.isPassing ? nil : file.text),
        ]
        return (ContainerFiles(directory: directory, files: files, owner: (uid, gid)), file.warning)
    }
}

/// A container's resolv.conf, which belongs to whoever changes it inside: from then on it stays as it is, over restarts and
/// changes of its networks, as with Docker (moby#51507).
struct ResolverFile {
    private let directory: FilePath

    /// The one in a container's directory.
    init(in directory: FilePath) { self.directory = directory }

    /// The file itself.
    var path: FilePath { directory.appending("resolv.conf") }
    /// What minirun has made it.
    var original: FilePath { directory.appending(".resolv.conf") }

    /// Its text, if somebody has changed it. Throws `KernelError`.
    var edited: String? {
        get throws(KernelError) {
            guard let made = try Files.text(ifPresent: original), let now = try Files.text(ifPresent: path), now != made
            else { return nil }
            return now
        }
    }
}
