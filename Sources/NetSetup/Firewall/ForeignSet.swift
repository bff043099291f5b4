import CShim
import Namespaces

/// The elements of a set of somebody else's whose keys are single fields: a port, an interface, an address.
struct ForeignSet: Sendable {
    /// An element; in a set of intervals it begins one, or ends it with the first key that is no longer in it.
    struct Element: Sendable {
        var key: [UInt8]
        var isEnd: Bool
    }

    private let elements: [Element]
    private let hasIntervals: Bool

    /// From the kernel's list.
    init(_ elements: [Element]) {
        hasIntervals = elements.contains(where: \.isEnd)
        // Where one interval ends and the next begins, the key is in the next.
        self.elements = elements.sorted { left, right in
            left.key == right.key ? left.isEnd && !right.isEnd : left.key.lexicographicallyPrecedes(right.key)
        }
    }

    /// Whether the key is in it.
    func contains(_ key: [UInt8]) -> Bool {
        guard hasIntervals else { return elements.contains { Array($0.key.prefix(key.count)) == key } }
        let before = elements.last { !key.lexicographicallyPrecedes($0.key.prefix(key.count)) }
        return before.map { !$0.isEnd } ?? false
    }

    /// What tells a set from others.
    static func key(_ name: String, of chain: ForeignRuleset.Chain) -> String {
        "\(chain.family) \(chain.table) \(name)"
    }
}

extension NetlinkSocket {
    /// The sets in which these rules look something up that is known of a packet beforehand. Throws `NetlinkError`.
    func sets(of rules: [ForeignRuleset.Rule]) throws(NetlinkError) -> [String: ForeignSet] {
        var sets: [String: ForeignSet] = [:]
        for rule in rules {
            for condition in rule.conditions.all {
                guard case .set(let field, let name) = condition.question, !field.isSenders,
                    let family = TableFamily(rawValue: rule.chain.family)
                else { continue }
                let key = ForeignSet.key(name, of: rule.chain)
                guard sets[key] == nil else { continue }
                let list = NetlinkMessage.elements(of: name, in: rule.chain.table, family: family)
                // It may be gone by now, as its rule is.
                do throws(NetlinkError) {
                    sets[key] = ForeignSet(try dump(list) { $0.foreignElements }.flatMap(\.self))
                } catch {
                    guard error.errno == .noSuchFileOrDirectory else { throw error }
                }
            }
        }
        return sets
    }
}

extension NetlinkReply {
    fileprivate var foreignElements: [ForeignSet.Element] {
        let list = attributes(after: nfgenmsg.self)[NFTA_SET_ELEM_LIST_ELEMENTS.rawValue]?.nested
        return list?.compactMap { element in
            let flags: UInt32 = element.nested[NFTA_SET_ELEM_FLAGS.rawValue]?.value() ?? 0
            return element.nested[NFTA_SET_ELEM_KEY.rawValue]?.nested[NFTA_DATA_VALUE.rawValue].map {
                ForeignSet.Element(
                    key: $0.bytes, isEnd: flags.bigEndian & NFT_SET_ELEM_INTERVAL_END.rawValue != 0)
            }
        } ?? []
    }
}

extension RuleField {
    /// Whether it is the sender's, of whom nothing is known beforehand.
    fileprivate var isSenders: Bool {
        switch self {
        case .source, .sourcePort: true
        default: false
        }
    }
}
