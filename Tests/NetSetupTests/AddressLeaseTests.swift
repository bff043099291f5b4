import CShim
import Namespaces
import NetSetup
import SystemPackage
import Testing

@Suite struct AddressLeaseTests {
    private let directory: FilePath
    private let subnet: NetworkSubnet

    init() throws {
        var template = Array("/tmp/minirun-leases-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        directory = FilePath(String(cString: made)).appending("minirun0")
        subnet = NetworkSubnet(try #require(IPPrefix("172.17.0.0/29")), gateway: IPAddress("172.17.0.1"))
    }

    private func take(_ wanted: String? = nil) throws -> AddressLease {
        try AddressLease.take(in: directory, from: subnet, wanted: wanted.flatMap(IPAddress.init), holder: "web")
    }

    private func removeAll() {
        for number in 0..<8 { unlink(directory.appending("172.17.0.\(number)").string) }
        unlink(directory.appending(".next").string)
        rmdir(directory.string)
        rmdir(directory.removingLastComponent().string)
    }

    @Test func handsOutEveryAddressOnceThenNone() throws {
        defer { removeAll() }
        let leases = try (0..<5).map { _ in try take() }
        #expect(leases.map(\.address.description) == (2...6).map { "172.17.0.\($0)" })
        #expect(throws: AddressLease.Refusal.exhausted) { try take() }
        try leases[2].release()
        #expect(access(directory.appending("172.17.0.4").string, F_OK) != 0)
        #expect(access(directory.appending("172.17.0.5").string, F_OK) == 0)
        #expect(try take().address.description == "172.17.0.4")
    }

    @Test func letsNobodyElseHoldTheLocks() throws {
        defer { removeAll() }
        let lease = try take()
        for name in [".next", lease.address.description] {
            var status = stat()
            #expect(stat(directory.appending(name).string, &status) == 0)
            // To open a file for reading is enough for flock(2).
            #expect(status.st_mode & 0o077 == 0, "\(name)")
        }
    }

    @Test func doesNotHandOutAgainAtOnceWhatWasGivenBack() throws {
        defer { removeAll() }
        let first = try take()
        try first.release()
        #expect(try take().address.description == "172.17.0.3")
    }

    @Test(arguments: [
        ("172.17.0.1", "Address already in use"), ("172.17.0.0", "Address already in use"),
        ("172.17.0.7", "Address already in use"), ("172.17.0.5", "Address already in use"),
        ("10.0.0.1", "invalid address 10.0.0.1: It does not belong to any of this network's subnets"),
        ("fd00::1", "invalid address fd00::1: It does not belong to any of this network's subnets"),
    ]) func refusesAWantedAddressInDockersWords(wanted: String, text: String) throws {
        defer { removeAll() }
        let held = try take("172.17.0.5")
        let error = #expect(throws: AddressLease.Refusal.self) { try take(wanted) }
        #expect(error?.description == text)
        #expect(try take("172.17.0.6").address.description == "172.17.0.6")
        try held.release()
        #expect(try take("172.17.0.5").address == held.address)
    }

    @Test func sharedAddressStaysUntilTheLastHolderLeaves() throws {
        defer { removeAll() }
        let donor = try take()
        let joiner = try AddressLease.share(donor.address, in: directory)
        try donor.release()
        #expect(throws: AddressLease.Refusal.self) { try take("172.17.0.2") }
        try joiner.release()
        #expect(try take("172.17.0.2").address == donor.address)
    }

    @Test func peekingTellsTheNextAddressAndLeavesNoTrace() throws {
        #expect(try AddressLease.peek(in: directory, from: subnet).description == "172.17.0.2")
        #expect(access(directory.string, F_OK) != 0)
        defer { removeAll() }
        let held = try take()
        #expect(try AddressLease.peek(in: directory, from: subnet).description == "172.17.0.3")
        #expect(access(directory.appending("172.17.0.3").string, F_OK) != 0)
        #expect(throws: AddressLease.Refusal.inUse(held.address)) {
            try AddressLease.peek(in: directory, from: subnet, wanted: held.address)
        }
        #expect(try take().address.description == "172.17.0.3")
    }

    @Test func tellsWhoHoldsAnAddress() throws {
        defer { removeAll() }
        let address = try #require(IPAddress("172.17.0.2"))
        #expect(AddressLease.holder(of: address, in: directory) == nil)
        #expect(access(directory.string, F_OK) != 0)
        do {
            let lease = try take()
            #expect(AddressLease.holder(of: lease.address, in: directory) == "web")
        }
        // The file is there still, but its holder is not.
        #expect(access(directory.appending("172.17.0.2").string, F_OK) == 0)
        #expect(AddressLease.holder(of: address, in: directory) == nil)
    }

    @Test func forgottenFileOfADeadHolderIsFree() throws {
        defer { removeAll() }
        do { _ = try take("172.17.0.2") }
        #expect(access(directory.appending("172.17.0.2").string, F_OK) == 0)
        #expect(try take("172.17.0.2").address.description == "172.17.0.2")
    }
}
