import Namespaces

/// What a supervisor and those who talk to it say to each other, one message a packet (SOCK_SEQPACKET).
///
///     client                          supervisor
///       attach (size)          ->       takes it up among those who see the output
///       input, endOfInput      ->       to the command's standard input
///       resize, signal         ->       to its terminal; to the command
///       wait                   ->       remembers it
///       reconsider             ->       reads the record again: somebody changed what is wanted; of an exec with a
///                                       terminal: its user lets go of it
///       task                   ->       changes how the container is connected
///                              <-       answer: done, or why not
///                              <-       started, or failed, to the one that asked for the start
///                              <-       output, errors
///                              <-       exit: the command has ended; everything is given back, unless it starts anew
enum ControlMessage: Equatable {
    case attach(rows: UInt16, columns: UInt16)
    case input([UInt8])
    case endOfInput
    case resize(rows: UInt16, columns: UInt16)
    case signal(Int32)
    case wait
    case reconsider
    case started
    case failed(code: Int32)
    case output([UInt8])
    case errors([UInt8])
    case exit(code: Int32)
    case task(LiveTask)
    case answer(refusal: String?)

    /// The most bytes that an input, output or errors message carries.
    static let chunk = 16384

    /// The packet: one byte for the kind, then what belongs to it, numbers in the host's order.
    var bytes: [UInt8] {
        switch self {
        case .attach(let rows, let columns): [0] + Self.bytes(rows) + Self.bytes(columns)
        case .input(let bytes): [1] + bytes
        case .endOfInput: [2]
        case .resize(let rows, let columns): [3] + Self.bytes(rows) + Self.bytes(columns)
        case .signal(let number): [4] + Self.bytes(number)
        case .wait: [5]
        case .reconsider: [6]
        case .started: [7]
        case .failed(let code): [8] + Self.bytes(code)
        case .output(let bytes): [9] + bytes
        case .errors(let bytes): [10] + bytes
        case .exit(let code): [11] + Self.bytes(code)
        case .task(let task): [12] + Array(task.json.compact.utf8)
        case .answer(let refusal): refusal.map { [14] + Array($0.utf8.prefix(Self.chunk)) } ?? [13]
        }
    }

    /// Reads a packet; nil for one that is none of ours.
    init?(_ packet: ArraySlice<UInt8>) {
        guard let kind = packet.first else { return nil }
        let rest = packet.dropFirst()
        switch kind {
        case 0:
            guard rest.count == 4, let rows: UInt16 = Self.number(rest),
                let columns: UInt16 = Self.number(rest.dropFirst(2))
            else { return nil }
            self = .attach(rows: rows, columns: columns)
        case 1: self = .input(Array(rest))
        case 2: self = .endOfInput
        case 3:
            guard rest.count == 4, let rows: UInt16 = Self.number(rest),
                let columns: UInt16 = Self.number(rest.dropFirst(2))
            else { return nil }
            self = .resize(rows: rows, columns: columns)
        case 4:
            guard let number: Int32 = Self.number(rest) else { return nil }
            self = .signal(number)
        case 5: self = .wait
        case 6: self = .reconsider
        case 7: self = .started
        case 8:
            guard let code: Int32 = Self.number(rest) else { return nil }
            self = .failed(code: code)
        case 9: self = .output(Array(rest))
        case 10: self = .errors(Array(rest))
        case 11:
            guard let code: Int32 = Self.number(rest) else { return nil }
            self = .exit(code: code)
        case 12:
            guard let json = try? JSONValue(parsing: Array(rest)), let task = try? LiveTask(json: json) else {
                return nil
            }
            self = .task(task)
        case 13: self = .answer(refusal: nil)
        case 14: self = .answer(refusal: String(decoding: rest, as: UTF8.self))
        default: return nil
        }
    }

    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }

    private static func number<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> Number? {
        guard bytes.count >= MemoryLayout<Number>.size else { return nil }
        return bytes.withUnsafeBytes { $0.loadUnaligned(as: Number.self) }
    }
}
