/// What is wrong with a message's bytes.
public enum DNSFault: Error, Sendable, Hashable {
    /// They end in the middle of something.
    case short
    /// A label's first byte is of a kind that nobody uses (RFC 6891, section 5).
    case label
    /// A pointer of a compressed name does not lead further back: it would never end, or run ahead.
    case pointer
    /// A name has more than 255 bytes.
    case name
    /// There are more questions than one.
    case questions
    /// There are several OPT records, or one that is not of the root, or its options do not fill it.
    case extensions
    /// Something follows the message.
    case trailing
}
