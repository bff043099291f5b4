import CShim
import Namespaces
import SystemPackage

/// skopeo(1), which carries images out of registries.
struct Skopeo {
    /// How a registry is spoken to.
    struct Access: Sendable {
        /// `--tls-verify`: false also allows plain HTTP. Nil: as /etc/containers/registries.conf says.
        var verifiesTLS: Bool?
        /// `--platform`: another machine's variant, `linux/arm64/v8`.
        var platform: String?
        /// `--creds`, `--authfile`: handed on.
        var options: [String] = []
        /// Without a progress bar.
        var isQuiet = false
    }

    let access: Access
    private static let policy = "/etc/containers/policy.json"

    /// Copies an image from its registry into the layout: the blobs into the store's own folder, where those that are there
    /// are not fetched again; the manifest's digest is returned. The progress goes to standard error, so that a container's
    /// output stays its own. Throws ``ImageError`` with skopeo's words.
    func copy(_ reference: ImageReference, to store: ImageStore, by incoming: IncomingDirectory) throws -> Digest {
        try Files.makeDirectory(store.blobs.appending("sha256"))
        let layout = incoming.path.appending("layout")
        // Which signatures are asked for is the administrator's to say; without a word skopeo would take nothing at all.
        var words = ["skopeo"] + (CShim.access(Self.policy, F_OK) == 0 ? [] : ["--insecure-policy"])
        if let platform = access.platform {
            let parts = platform.parts("/")
            let options = ["--override-os", "--override-arch", "--override-variant"]
            for (option, part) in zip(options, parts) where !part.isEmpty { words += [option, part] }
        }
        words += ["copy", "--dest-shared-blob-dir", store.blobs.string]
        if access.isQuiet { words.append("--quiet") }
        if let verifies = access.verifiesTLS { words.append("--src-tls-verify=\(verifies)") }
        words += access.options + ["docker://\(reference.full)", "oci:\(layout.string):image"]
        let (status, complaint) = try Self.run(words, for: reference)
        guard status == 0 else { throw ImageError("pull \(reference): \(Self.sentence(of: complaint))") }
        // What the destination has: a registry's list of platforms has another digest.
        guard let index = try StateFile.read(layout.appending("index.json")),
            let first = try? JSONValue(parsing: index).list("manifests", of: { (value) throws(JSONError) in value })
                .first,
            let digest = try? Digest(parsing: first.text("digest"))
        else { throw ImageError("pull \(reference): skopeo has left no image") }
        return digest
    }

    private static func run(_ words: [String], for reference: ImageReference) throws -> (status: Int32, errors: String)
    {
        guard Command.isInstalled(words[0]) else {
            throw ImageError("\(reference) is fetched by skopeo, which is not installed (apt install skopeo)")
        }
        // It ends with us, whatever ends us: nobody else would know of it.
        let leash = Command.isInstalled("setpriv") ? ["setpriv", "--pdeathsig", "TERM"] : []
        return try Command.watch(leash + words)
    }

    /// The reason in `time="..." level=fatal msg="..."`; all of it when there is none.
    static func sentence(of complaint: String) -> String {
        let lines = complaint.split(separator: "\n").map(String.init)
        guard let line = lines.last(where: { $0.contains("level=fatal") }),
            let start = line.firstRange(of: "msg=\"")?.upperBound, let end = line.lastIndex(of: "\""), start < end
        else { return lines.last ?? "skopeo failed" }
        let sentence = String(line[start..<end]).replacing("\\\"", with: "\"").replacing("\\n", with: " ")
        return sentence
            + (["server gave HTTP response to HTTPS client", "x509: "].contains(where: sentence.contains)
                ? " (--tls-verify=false)" : "")
    }
}
