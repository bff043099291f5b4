import CShim

/// One of those who share one poll loop: says what to be woken for, and does what that made possible.
public protocol PollParticipant: AnyObject {
    /// The descriptors and events that it waits for now; asked before each wait.
    var interest: [pollfd] { get }
    /// The moment by which it wants to be served in any case.
    var deadline: Moment? { get }
    /// Does what there is to do; `polled` is its own interest with the answers filled in. Called after each wait.
    func serve(_ polled: ArraySlice<pollfd>) throws
}

extension PollParticipant {
    /// None.
    public var deadline: Moment? { nil }
}
