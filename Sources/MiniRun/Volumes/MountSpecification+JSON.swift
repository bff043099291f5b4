import Namespaces

extension MountSpecification: RecordJSON {
    var json: JSONValue {
        .record([
            "kind": .string(kind.rawValue), "source": .string(source), "target": .string(target),
            "readOnly": .bool(isReadOnly), "recursion": .string(recursion.rawValue),
            "propagation": .string(propagation.rawValue), "createsSource": .bool(createsSource),
            "noCopy": .bool(isLeftEmpty), "isAnonymous": .bool(isAnonymous), "subpath": .text(subpath),
            "tmpfsOptions": tmpfsOptions.isEmpty ? nil : .strings(tmpfsOptions),
        ])
    }

    init(json: JSONValue) throws(JSONError) {
        func word<Word: RawRepresentable>(_ key: String) throws(JSONError) -> Word where Word.RawValue == String {
            let text = try json.string(key)
            guard let word = Word(rawValue: text) else { throw JSONError("is no \(key): \(text.goQuoted)", path: key) }
            return word
        }
        self.init(try word("kind"), source: try json.string("source"), target: try json.string("target"))
        isReadOnly = try json.bool("readOnly")
        recursion = try word("recursion")
        propagation = try word("propagation")
        createsSource = try json.bool("createsSource")
        isLeftEmpty = try json.bool("noCopy")
        isAnonymous = try json.bool("isAnonymous")
        subpath = try json.string(ifPresent: "subpath")
        tmpfsOptions = try json.strings("tmpfsOptions")
        // What is removed with the container goes by this name.
        if kind == .volume {
            do { try Self.checkVolumeName(source) } catch { throw JSONError(error.message, path: "source") }
        }
    }
}
