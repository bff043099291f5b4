import CShim

/// A network namespace of a fake host, as a place to run the host's own programs in: its ping(8) and dig(1) are the same
/// witnesses everywhere, and no container has to have them.
enum Asker {
    case host
    /// The host beside it on the LAN.
    case neighbour
    /// A running container, by its name.
    case container(String)
}

/// One attempt to reach somebody.
struct Attempt: Hashable, CustomStringConvertible {
    enum Transport: String, CaseIterable {
        case tcp, udp, icmp
    }

    var transport: Transport
    var address: String
    var port: Int

    /// For ICMP the port is of no meaning.
    init(_ transport: Transport, _ address: String, _ port: Int = 0) {
        self.transport = transport
        self.address = address
        self.port = transport == .icmp ? 0 : port
    }

    var description: String { "\(transport.rawValue) \(address) \(port)" }

    /// TCP, UDP and a ping to addresses, at the ports of `container(serving: servers)`.
    static func everything(_ addresses: String...) -> [Attempt] {
        addresses.flatMap { [Attempt(.tcp, $0, 80), Attempt(.udp, $0, 53), Attempt(.icmp, $0)] }
    }
}

extension FakeHost {
    /// Runs a shell script in somebody's network namespace.
    @discardableResult
    func run(as asker: Asker, _ script: String, within seconds: Double = 60) throws -> Outcome {
        switch asker {
        case .host: try run("exec sh -c \"$1\"", [script], within: seconds)
        case .neighbour: try run("exec ip netns exec ext sh -c \"$1\"", [script], within: seconds)
        case .container(let name): try run(Self.entering, [name, "sh", "-c", script], within: seconds)
        }
    }

    /// Starts a program of the host in somebody's network namespace.
    func start(as asker: Asker, _ words: [String]) throws -> ChildProcess {
        switch asker {
        case .host: try start("exec \"$@\"", words)
        case .neighbour: try start("exec ip netns exec ext \"$@\"", words)
        case .container(let name): try start(Self.entering, [name] + words)
        }
    }

    private static let entering = """
        process=$(minirun inspect -f '{{.State.Pid}}' "$1") && shift && exec nsenter --net="/proc/$process/ns/net" -- "$@"
        """

    /// Starts a container that answers TCP port 80 (see `webServer`) and UDP port 53, both families, with the asker's address,
    /// on ports 81 and 54 as well.
    func detachedServers(_ name: String, _ options: [String]) throws {
        let script = """
            \(webServer)
            httpd -p 81 -h /srv
            for port in 53 54; do
                socat UDP6-RECVFROM:$port,ipv6only=0,fork,reuseaddr SYSTEM:'read word; echo $SOCAT_PEERADDR' &
            done
            exec sleep 1000
            """
        try detached(["--name", name] + options, ["sh", "-c", script])
        let isUp = try eventually {
            let listening = try run(
                as: .container(name), "ss -Hlntu '( sport = 53 or sport = 54 or sport = 80 or sport = 81 )'")
            return listening.output.split(separator: "\n").count == 4
        }
        guard isUp else { throw HarnessError("the servers of \(name) do not listen") }
    }

    /// Starts a server beside the host that answers TCP port 80 with the asker's address.
    func neighbourServer() throws -> ChildProcess {
        let server = try start(
            as: .neighbour,
            ["socat", "TCP6-LISTEN:80,ipv6only=0,fork,reuseaddr", "SYSTEM:read word; echo $SOCAT_PEERADDR"])
        guard try eventually({ try run(as: .neighbour, "ss -Hlnt sport = 80").output != "" }) else {
            throw HarnessError("the neighbour's server does not listen")
        }
        return server
    }

    /// Makes all attempts at once, and waits that long for each. For each one that was answered: the address that the
    /// server saw (`answered` for a ping).
    func answers(to asker: Asker, _ attempts: [Attempt], within seconds: Double = 20) throws -> [Attempt: String] {
        let script =
            """
            within=\(seconds)
            attempt() {
                case $2 in *:*) family=6 target="[$2]" ;; *) family=4 target=$2 ;; esac
                case $1 in
                tcp) seen=$(printf 'GET /cgi-bin/who HTTP/1.0\\r\\n\\r\\n' |
                    socat -t $within -T $within - "TCP$family:$target:$3,connect-timeout=$within" 2>/dev/null | tail -n 1) ;;
                udp) seen=$(socat -t 0 -T $within "UDP$family:$target:$3" SYSTEM:'echo hello; read seen; echo $seen >&2' \
                    2>&1 | grep -v socat) ;;
                icmp) seen=$(ping "-$family" -c 1 -W $within "$2" >/dev/null 2>&1 && echo answered) ;;
                esac
                echo "$1 $2 $3 $seen"
            }

            """ + attempts.map { "attempt \($0) &\n" }.joined() + "wait"
        let outcome = try run(as: asker, script)
        var answers: [Attempt: String] = [:]
        for line in outcome.output.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 4, let transport = Attempt.Transport(rawValue: words[0]), let port = Int(words[2])
            else {
                continue
            }
            answers[Attempt(transport, words[1], port)] = Self.plain(words[3])
        }
        return answers
    }

    /// The attempts that are answered although they should not: those are given a moment, for nothing can be waited for.
    func unwantedAnswers(to asker: Asker, _ attempts: [Attempt]) throws -> [Attempt: String] {
        try answers(to: asker, attempts, within: 1.5)
    }

    /// Addresses as ip(8) writes them: socat has `[::ffff:10.1.0.2]` for 10.1.0.2, and all digits of IPv6 ones.
    private static func plain(_ text: String) -> String {
        let bare = text.filter { $0 != "[" && $0 != "]" && $0 != "\r" }
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, bare, &bytes) == 1 else { return bare }
        var shortest = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(AF_INET6, &bytes, &shortest, socklen_t(shortest.count))
        let text = String(decoding: shortest.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.hasPrefix("::ffff:") ? String(text.dropFirst(7)) : text
    }
}
