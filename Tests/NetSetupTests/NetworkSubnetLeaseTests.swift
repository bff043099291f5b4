import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

/// What `AddressLease` makes of a subnet's range, auxiliary addresses and size.
@Suite final class NetworkSubnetLeaseTests {
    private let directory: FilePath

    init() throws {
        var template = Array("/tmp/minirun-leases-XXXXXX".utf8CString)
        directory = FilePath(String(cString: try #require(mkdtemp(&template))))
    }

    deinit {
        for name in (try? Files.names(in: directory)) ?? [] { unlink(directory.appending(name).string) }
        rmdir(directory.string)
    }

    private func subnet(
        _ subnet: String, gateway: String? = nil, range: String? = nil, auxiliary: [String] = []
    ) throws -> NetworkSubnet {
        let others = auxiliary.compactMap { name in IPAddress(name).map { (name, $0) } }
        return NetworkSubnet(
            try #require(IPPrefix(subnet)), gateway: gateway.flatMap { IPAddress($0) },
            range: range.flatMap { IPPrefix($0) }, auxiliary: Dictionary(uniqueKeysWithValues: others))
    }

    /// Takes addresses until there are none.
    private func takeAll(_ subnet: NetworkSubnet, atMost: Int = 100) -> (leases: [AddressLease], end: String) {
        var leases: [AddressLease] = []
        do {
            while leases.count < atMost {
                leases.append(try AddressLease.take(in: directory, from: subnet, holder: "web"))
            }
        } catch { return (leases, "\(error)") }
        return (leases, "")
    }

    struct Offer: Sendable {
        let subnet: String
        var gateway: String?
        var range: String?
        var auxiliary: [String] = []
        let expected: [String]
    }

    @Test(arguments: [
        Offer(subnet: "10.1.0.0/29", gateway: "10.1.0.1", expected: (2...6).map { "10.1.0.\($0)" }),
        Offer(subnet: "10.1.0.0/29", gateway: "10.1.0.6", expected: (1...5).map { "10.1.0.\($0)" }),
        Offer(subnet: "10.1.0.0/30", expected: ["10.1.0.1", "10.1.0.2"]),
        Offer(subnet: "10.1.0.0/30", gateway: "10.1.0.1", auxiliary: ["10.1.0.2"], expected: []),
        Offer(subnet: "10.1.0.0/31", gateway: "10.1.0.0", expected: ["10.1.0.1"]),
        Offer(subnet: "10.1.0.0/31", expected: ["10.1.0.0", "10.1.0.1"]),
        Offer(subnet: "10.1.0.7/32", expected: ["10.1.0.7"]),
        Offer(subnet: "10.1.0.7/32", gateway: "10.1.0.7", expected: []),
        // The range's own ends are addresses like others, unless they are the subnet's.
        Offer(
            subnet: "10.1.0.0/16", gateway: "10.1.0.1", range: "10.1.5.0/30", expected: (0...3).map { "10.1.5.\($0)" }),
        Offer(
            subnet: "10.1.0.0/24", gateway: "10.1.0.254", range: "10.1.0.252/30",
            expected: ["10.1.0.252", "10.1.0.253"]),
        Offer(
            subnet: "10.1.0.0/16", gateway: "10.1.0.1", range: "10.1.5.0/30", auxiliary: ["10.1.5.1", "10.1.9.9"],
            expected: ["10.1.5.0", "10.1.5.2", "10.1.5.3"]),
        Offer(subnet: "fd00:1::/126", gateway: "fd00:1::1", expected: ["fd00:1::2", "fd00:1::3"]),
        Offer(subnet: "fd00:1::/127", gateway: "fd00:1::", expected: ["fd00:1::1"]),
        Offer(subnet: "fd00:1::9/128", expected: ["fd00:1::9"]),
        Offer(
            subnet: "fd00:1::/64", gateway: "fd00:1::1", range: "fd00:1::ff00/127",
            expected: ["fd00:1::ff00", "fd00:1::ff01"]),
    ]) func handsOutWhatIsOnOfferAndNothingElse(offer: Offer) throws {
        let subnet = try subnet(offer.subnet, gateway: offer.gateway, range: offer.range, auxiliary: offer.auxiliary)
        let first = try? AddressLease.peek(in: directory, from: subnet).description
        #expect(first == offer.expected.first)
        let (leases, end) = takeAll(subnet)
        #expect(leases.map(\.address.description) == offer.expected)
        #expect(end == "no available addresses on this pool")
        #expect(throws: AddressLease.Refusal.exhausted) { try AddressLease.peek(in: directory, from: subnet) }
    }

    @Test func aWholeIPv6SubnetIsSearchedNoFurtherThanNeeded() throws {
        let (leases, end) = takeAll(try subnet("fd00:1::/64", gateway: "fd00:1::1"), atMost: 20)
        #expect(leases.map(\.address.description) == (2...21).map { "fd00:1::\(String($0, radix: 16))" })
        #expect(end == "")
    }

    @Test(arguments: [
        ("10.1.200.3", ""), ("10.1.5.1", ""), ("10.1.0.0", "Address already in use"),
        ("10.1.255.255", "Address already in use"), ("10.1.0.1", "Address already in use"),
        ("10.1.9.9", "Address already in use"),
        ("10.2.0.1", "invalid address 10.2.0.1: It does not belong to any of this network's subnets"),
    ]) func wantedAddressMayLieOutsideTheRange(wanted: String, refusal: String) throws {
        let subnet = try subnet("10.1.0.0/16", gateway: "10.1.0.1", range: "10.1.5.0/24", auxiliary: ["10.1.9.9"])
        let address = try #require(IPAddress(wanted))
        do {
            #expect(try AddressLease.peek(in: directory, from: subnet, wanted: address) == address)
            let lease = try AddressLease.take(in: directory, from: subnet, wanted: address, holder: "web")
            #expect(lease.address == address && refusal == "")
        } catch { #expect("\(error)" == refusal) }
        // Where the others come from is not moved by it.
        #expect(
            try AddressLease.peek(in: directory, from: subnet).description == "10.1.5.\(wanted == "10.1.5.0" ? 1 : 0)")
    }

    @Test func subnetsInOneDirectoryCountEachForItself() throws {
        let subnets = try [
            subnet("10.1.0.0/24", gateway: "10.1.0.1"), subnet("10.2.0.0/24", gateway: "10.2.0.1"),
            subnet("fd00:1::/64", gateway: "fd00:1::1"),
        ]
        var given: [String] = []
        for _ in 0..<2 {
            for subnet in subnets {
                let lease = try AddressLease.take(in: directory, from: subnet, holder: "web")
                given.append(lease.address.description)
                // Given back at once: the next is another one all the same.
                try lease.release()
            }
        }
        #expect(given == ["10.1.0.2", "10.2.0.2", "fd00:1::2", "10.1.0.3", "10.2.0.3", "fd00:1::3"])
    }

    @Test func fullPoolGivesOutADeadHoldersAddress() throws {
        let subnet = try subnet("10.1.0.0/26", gateway: "10.1.0.1")
        var (leases, _) = takeAll(subnet)
        #expect(leases.count == 61)
        // Without a release: the lock is gone, the file is not.
        let dead = leases.remove(at: 40).address
        #expect(access(directory.appending(dead.description).string, F_OK) == 0)
        #expect(try AddressLease.take(in: directory, from: subnet, holder: "db").address == dead)
    }

    @Test func parallelTakersNeverGetTheSameAddress() async throws {
        let subnet = try subnet("10.1.0.0/24", gateway: "10.1.0.1")
        let directory = directory
        let given = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var leases: [AddressLease] = []
                    for _ in 0..<25 { leases.append(try AddressLease.take(in: directory, from: subnet, holder: "web")) }
                    // Kept for ever, so that nobody gets an address because another has done with it.
                    return leases.map { Unmanaged.passRetained($0).takeUnretainedValue().address.description }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(given.count == 200)
        #expect(Set(given).count == 200)
    }
}
