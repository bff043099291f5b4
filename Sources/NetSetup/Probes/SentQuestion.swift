import Namespaces

/// A question that is on its way: several that are sent before the first is waited for take no longer than one.
public final class SentQuestion<Question: Sendable> {
    /// What was asked.
    public let question: Question
    /// Where answers come.
    let socket: OwnedDescriptor
    /// How long they are waited for.
    let end: Moment

    init(_ question: Question, _ socket: consuming OwnedDescriptor, milliseconds: Int) {
        self.question = question
        self.socket = socket
        end = .after(seconds: Double(milliseconds) / 1000)
    }
}
