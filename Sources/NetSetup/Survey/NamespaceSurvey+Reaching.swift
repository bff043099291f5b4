extension NamespaceSurvey {
    /// Whether what goes to the address ends here.
    public func has(_ address: IPAddress) -> Bool {
        address.isLoopback || addresses.contains { $0.prefix.address == address }
    }

    /// The address that somebody on a subnet of `other` reaches directly, else the one by which this namespace reaches others.
    public func address(for other: NamespaceSurvey?, _ family: IPAddress.Family?) -> IPAddress? {
        let own = addresses.map(\.prefix.address).filter {
            !$0.isLoopback && !$0.isLinkLocal && (family == nil || $0.family == family) && !LoopPair.isGuard($0)
        }
        let near = own.first { address in
            other?.addresses.contains { $0.prefix.contains(address) && !$0.prefix.address.isLoopback } == true
        }
        if let near { return near }
        let uplink = routes.uplink?.link
        let outward = addresses.filter { $0.link == uplink }.map(\.prefix.address)
        return own.first { outward.contains($0) } ?? own.first
    }
}
