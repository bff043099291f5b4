import CShim
import Namespaces
import SystemPackage

/// `--pull`: brings an image before a container is made of it.
struct ImageFetch {
    /// When.
    enum Policy: String {
        case always, missing, never
    }

    private let paths: StatePaths

    init(_ paths: StatePaths) { self.paths = paths }

    /// Docker's sentence about a word that is none of the three.
    static func policy(_ text: String?) throws(UsageError) -> Policy {
        guard let text, !text.isEmpty else { return .missing }
        guard let policy = Policy(rawValue: text) else {
            throw UsageError("invalid pull option: '\(text)': must be one of \"always\", \"missing\" or \"never\"")
        }
        return policy
    }

    /// What a request names, made by `made`; the image is fetched first if that is wanted. Directories are what they are.
    /// Throws ``ImageError``, ``NoSuchImage``.
    func source(for request: RunRequest, _ made: () throws -> RootSource) throws -> RootSource {
        let policy = try Self.policy(request.pull)
        let name = request.image
        let isOnDisk = name.hasPrefix("/") || name.hasPrefix(".") || LayoutImage(name) != nil
        if policy == .never || isOnDisk { return try made() }
        if policy == .missing {
            do { return try made() } catch let missing as NoSuchImage {
                if !request.quiet { StandardError.write("Unable to find image '\(missing.reference)' locally\n") }
            }
        }
        let verifies = try request.tlsVerify.map { try ScalarOptions.boolean($0, of: "--tls-verify") }
        _ = try Images(paths).pull(
            name, .init(verifiesTLS: verifies, platform: request.platform, isQuiet: request.quiet))
        return try made()
    }
}
