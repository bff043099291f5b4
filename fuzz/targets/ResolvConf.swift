import NetSetup

/// What is written for a container reads back as the same configuration, and never holds a server it cannot reach.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    let parsed = ResolverConfiguration(parsing: text)
    var expected = parsed
    expected.invalidServers = []
    precondition(ResolverConfiguration(parsing: parsed.text()) == expected, "resolv.conf does not survive a rewrite")
    let resolver = ContainerResolver(
        host: text, resolved: { nil }, overrides: ResolverOverrides(), reach: .network(ipv6: false))
    let servers = ResolverConfiguration(parsing: resolver.text).servers
    precondition(servers.allSatisfy { !$0.address.isLoopback && $0.address.family == .v4 })
    precondition(servers.isEmpty == (resolver.warning != nil))
    _ = try? AddedHost(parsing: text)
    _ = try? DomainName.parse(search: text)
    return 0
}
