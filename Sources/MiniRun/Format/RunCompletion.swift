import CShim
import Namespaces
import SystemPackage

/// What the shells offer while the words of `run` are being typed.
public struct RunCompletion: Sendable {
    private let paths: StatePaths

    /// Offers the images and containers of this store.
    public init(_ paths: StatePaths = StatePaths()) { self.paths = paths }

    /// The candidates for `words[index]`, as a shell hands them over: with the program and `run` in front. bash splits
    /// words at `:` and `=` and replaces only the last piece, so the candidates are cut to what follows.
    public func candidates(words: [String], index: Int, prefix: String) -> [String] {
        var before: [String] = []
        var joins = false
        for word in words.prefix(index) {
            let separates = !word.isEmpty && word.allSatisfy { $0 == ":" || $0 == "=" }
            if let last = before.last, separates || joins {
                before[before.count - 1] = last + word
            } else {
                before.append(word)
            }
            joins = separates
        }
        var head = ""
        if joins, let last = before.popLast() { head = last }
        // The cursor may stand behind a separator, which is then a piece to be kept.
        let isSeparator = !prefix.isEmpty && prefix.allSatisfy { $0 == ":" || $0 == "=" }
        if isSeparator, let last = before.popLast() { head = last + prefix }
        let typed = isSeparator ? head : head + prefix
        guard let run = before.firstIndex(of: "run") else { return "run".hasPrefix(typed) ? ["run"] : [] }
        return offers(after: before[(run + 1)...], typed: typed).filter { $0.hasPrefix(typed) }
            .map { String($0.dropFirst(head.count)) }
    }

    /// The names of containers that begin like this.
    public func containers(_ prefix: String) -> [String] {
        [paths.kept, paths.passing].flatMap { (try? Files.names(in: $0.names)) ?? [] }
            .filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// The names of networks that begin like this.
    public func networks(_ prefix: String) -> [String] {
        (NetworkRecord.predefined + userNetworks).filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// The names of volumes that begin like this.
    public func volumes(_ prefix: String) -> [String] {
        ((try? Files.directories(in: paths.volumes)) ?? []).filter { !$0.hasPrefix(".") && $0.hasPrefix(prefix) }
            .sorted()
    }
    /// The names of images that begin like this.
    public func images(_ prefix: String) -> [String] { images.filter { $0.hasPrefix(prefix) }.sorted() }

    private var userNetworks: [String] {
        ((try? Files.names(in: paths.networks.appending("names"))) ?? []).sorted()
    }

    // MARK: One word

    private func offers(after words: ArraySlice<String>, typed: String) -> [String] {
        var rest = words
        while let word = rest.popFirst() {
            // After the image come the container's own words.
            guard word.hasPrefix("-"), word.count > 1 else { return [] }
            guard let option = RunOption.expectingValue(word) else { continue }
            if rest.popFirst() == nil { return values(of: option, typed: typed) }
        }
        if typed.hasPrefix("--"), let equals = typed.firstIndex(of: "="),
            let option = RunOption.expectingValue(String(typed[..<equals]))
        {
            let start = typed[...equals]
            return values(of: option, typed: String(typed[typed.index(after: equals)...])).map { start + $0 }
        }
        if typed.hasPrefix("-") {
            return RunOption.all.flatMap { option in
                ["--\(option.name)"] + (option.short.map { ["-\($0)"] } ?? [])
            }
        }
        if let layout = LayoutImage(typed) {
            return files(layout.directory, directoriesOnly: true).map { LayoutImage.prefix + $0 }
        }
        return images + [LayoutImage.prefix] + files(typed, directoriesOnly: true)
    }

    private func values(of option: RunOption, typed: String) -> [String] {
        let others = containers("").map { "container:\($0)" }
        switch option.name {
        case "network": return ["bridge", "none", "host", "container:", "ns:"] + userNetworks + others
        case "ipc", "pid": return ["private", "host", "container:"] + others
        case "uts", "cgroupns": return ["private", "host"]
        case "userns": return ["private", "auto", "keep-id", "host"]
        case "volumes-from": return containers("")
        case "volume" where !typed.contains("/"):
            return files(typed, directoriesOnly: false) + volumes(typed).map { $0 + ":" }
        case "volume", "device", "env-file", "label-file", "cidfile", "expose-from":
            return files(typed, directoriesOnly: false)
        default: return []
        }
    }

    private var images: [String] {
        let made = (try? Files.names(in: paths.root.appending("images"))) ?? []
        let names = made.filter { access(paths.image($0).string, F_OK) == 0 }
        let stored = (try? ImageStore(paths).allNames().map { $0.reference.description }) ?? []
        return Set(names + stored + ["busybox"]).sorted()
    }

    /// Files beside what is typed; a directory ends in a slash, so that the shell goes on into it.
    private func files(_ typed: String, directoriesOnly: Bool) -> [String] {
        let slash = typed.lastIndex(of: "/")
        let parent = slash.map { String(typed[...$0]) } ?? ""
        let hidden = (slash.map { typed[typed.index(after: $0)...] } ?? typed[...]).hasPrefix(".")
        // A word without a slash is an image's name, so a directory beside us is offered as ./DIR.
        let shown = parent.isEmpty ? "./" : parent
        let names = (try? Files.names(in: FilePath(shown))) ?? []
        return names.filter { hidden || !$0.hasPrefix(".") }.sorted().compactMap { name in
            var status = stat()
            guard stat(shown + name, &status) == 0 else { return nil }
            if status.st_mode & mode_t(S_IFMT) == mode_t(S_IFDIR) { return shown + name + "/" }
            return directoriesOnly ? nil : shown + name
        }
    }
}

extension RunOption {
    /// The option whose value is the next word after this one; none if it takes no value or has it already.
    fileprivate static func expectingValue(_ word: String) -> RunOption? {
        if word.hasPrefix("--") {
            let name = word.dropFirst(2)
            return all.first { $0.kind != .flag && ($0.name == name || $0.aliases.contains(String(name))) }
        }
        // -it is two flags, -itp80 has the value of -p attached, -itp waits for it.
        for (position, letter) in word.dropFirst().enumerated() {
            guard let option = all.first(where: { $0.short == letter }) else { return nil }
            if option.kind != .flag { return position == word.count - 2 ? option : nil }
        }
        return nil
    }
}
