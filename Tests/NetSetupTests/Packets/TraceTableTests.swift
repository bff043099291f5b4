import CShim
import Testing

@testable import NetSetup

@Suite("Tracing by nftables")
struct TraceTableTests {
    /// One attribute: length, type, content, padding.
    private func attribute(_ type: some BinaryInteger, _ content: [UInt8]) -> [UInt8] {
        let length = UInt16(4 + content.count)
        let padding = [UInt8](repeating: 0, count: (4 - content.count % 4) % 4)
        return [UInt8(length & 0xff), UInt8(length >> 8), UInt8(type), 0] + content + padding
    }

    private func read(_ bytes: [UInt8]) -> TraceEvent? {
        bytes.withUnsafeBytes { TraceEvent(AttributeReader($0), family: UInt8(NFPROTO_INET)) }
    }

    @Test func eventOfARuleIsReadFieldByField() throws {
        let packet = Array(PacketTests.opening.dropFirst(14))
        let verdict =
            attribute(NFTA_VERDICT_CODE.rawValue, [0xff, 0xff, 0xff, 0xfd])  // NFT_JUMP
            + attribute(NFTA_VERDICT_CHAIN.rawValue, Array("leaving".utf8) + [0])
        let event = try #require(
            read(
                attribute(NFTA_TRACE_ID.rawValue, [0, 0, 0, 9])
                    + attribute(NFTA_TRACE_TABLE.rawValue, Array("minirun".utf8) + [0])
                    + attribute(NFTA_TRACE_CHAIN.rawValue, Array("forward".utf8) + [0])
                    + attribute(NFTA_TRACE_TYPE.rawValue, [0, 0, 0, 3])  // a rule
                    + attribute(NFTA_TRACE_RULE_HANDLE.rawValue, [0, 0, 0, 0, 0, 0, 1, 2])
                    + attribute(NFTA_TRACE_VERDICT.rawValue, verdict)
                    + attribute(NFTA_TRACE_IIF.rawValue, [0, 0, 0, 5])
                    + attribute(NFTA_TRACE_NETWORK_HEADER.rawValue, Array(packet.prefix(20)))
                    + attribute(NFTA_TRACE_TRANSPORT_HEADER.rawValue, Array(packet.dropFirst(20)))))
        #expect(event.packet == 9 && event.chain.isOwn && event.chain.name == "forward" && !event.chain.isOfTrace)
        #expect(event.kind == .rule(handle: 258) && event.verdict == .jump("leaving"))
        #expect(event.input == 5 && event.output == nil)
        #expect(event.headers?.flow?.destinationText == "192.168.66.50:80")
    }

    @Test func policyDecidesAtTheEnd() throws {
        let event = try #require(
            read(
                attribute(NFTA_TRACE_ID.rawValue, [0, 0, 0, 9])
                    + attribute(NFTA_TRACE_TABLE.rawValue, Array("x".utf8) + [0])
                    + attribute(NFTA_TRACE_CHAIN.rawValue, Array("f".utf8) + [0])
                    + attribute(NFTA_TRACE_TYPE.rawValue, [0, 0, 0, 1])  // a policy
                    + attribute(NFTA_TRACE_POLICY.rawValue, [0, 0, 0, 0])))  // NF_DROP
        #expect(event.kind == .policy && event.verdict == .drop && event.headers == nil)
        #expect(read([]) == nil)
    }

    @Test func commentIsFoundAmongNotes() {
        #expect(RuleBook.comment([0, 3, 0x68, 0x69, 0]) == "hi")
        #expect(RuleBook.comment([1, 1, 7, 0, 2, 0x61, 0]) == "a")
        #expect(RuleBook.comment([0, 9, 0x68]) == nil && RuleBook.comment([]) == nil)
    }

    @Test func onlyWhatOpensAnswersOrRefusesIsMarked() {
        let clauses = TraceTable.Selection.from(protocol: 6, port: 4321).clauses.map { $0.map(\.text) }
        #expect(
            clauses.prefix(2) == [
                ["meta l4proto 6", "tcp flags & (syn|rst) != 0", "@th,0,16 4321"],
                ["meta l4proto 6", "tcp flags & (syn|rst) != 0", "@th,16,16 4321"],
            ])
        #expect(
            TraceTable.Selection.from(protocol: 17, port: 5).clauses[0].map(\.text) == [
                "meta l4proto 17", "@th,0,16 5",
            ])
    }
}
