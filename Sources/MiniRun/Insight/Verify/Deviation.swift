import Namespaces
import NetSetup

/// Something that is not as it is written down.
public struct Deviation: Sendable {
    /// Whose it is.
    public enum Place: Sendable, Hashable {
        /// What all networks share.
        case host
        /// A network's, by its name.
        case network(String)
        /// A container's, by its name.
        case container(String)

        /// `container web`.
        public var phrase: Phrase {
            switch self {
            case .host: SceneWords.host
            case .network(let name): Phrase("network \(name)", "网络 \(name)")
            case .container(let name): Phrase("container \(name)", "容器 \(name)")
            }
        }
    }

    /// How `--repair` makes it right.
    enum Remedy: Sendable {
        /// Steps on the host.
        case host([any Step])
        /// A change of an interface in the network namespace of this process.
        case inside(ProcessIdentity, MendLink)
        /// Steps that have to do with both, as those of a start.
        case both(ProcessIdentity, [any Step])
    }

    /// Whose it is.
    public var place: Place
    /// What differs: `eth0: address`.
    public var what: Phrase
    /// What is written down.
    public var expected: Phrase
    /// What the kernel has.
    public var found: Phrase
    /// The commands that make it right by hand.
    public var mend: [String]
    /// Nil for what only a new start of the container makes right.
    var remedy: Remedy?

    /// `eth0: address is 172.16.0.10/16, should be 172.17.0.2/16`.
    public var statement: Phrase {
        Phrase(
            "\(what.english) is \(found.english), should be \(expected.english)",
            Phrase.spaced(what.chinese, "现为", found.chinese, "，应为", expected.chinese))
    }

    /// The same with whose it is: `container web: eth0: address is 172.16.0.10/16, should be 172.17.0.2/16`.
    public var sentence: Phrase {
        Phrase("\(place.phrase.english): \(statement.english)", "\(place.phrase.chinese)：\(statement.chinese)")
    }

    /// Why it could not be made right.
    func failure(_ error: any Error) -> Phrase {
        Phrase("\(place.phrase.english): \(what.english): \(error)", "\(place.phrase.chinese)：\(what.chinese)：\(error)")
    }

    /// What tells it from others.
    var key: [Phrase] { [place.phrase, what, expected, found] }

    /// For programs, in English.
    public var json: JSONValue {
        let name: String? =
            switch place {
            case .host: nil
            case .network(let name), .container(let name): name
            }
        return .record([
            "object": .string(String(place.phrase.english.prefix { $0 != " " })), "name": .text(name),
            "what": .string(what.english),
            "expected": .string(expected.english), "found": .string(found.english), "mend": .strings(mend),
        ])
    }
}

extension Deviation {
    /// An interface that is not as it should be, on the host or, with a process, in that one's network namespace.
    init(_ place: Place, _ name: String, _ difference: LinkDifference, inside process: ProcessIdentity? = nil) {
        self.place = place
        what = VerifyWords.property(difference.property, of: name)
        expected = difference.property == .interface ? VerifyWords.there : .value(difference.expected)
        found = difference.property == .interface ? VerifyWords.missing : .value(difference.found)
        let shell = difference.mend?.explanation.shell ?? []
        if let process {
            mend = shell.map { "nsenter --net=/proc/\(process.pid)/ns/net \($0)" }
            remedy = difference.mend.map { .inside(process, $0) }
        } else {
            mend = shell
            remedy = difference.mend.map { .host([$0]) }
        }
    }
}
