import CShim

extension RunRequest {
    /// The signal that asks the container to stop. The word was read when the container was made.
    var signalToStop: CInt { stopSignal.flatMap { try? SignalName.parse($0) } ?? SIGTERM }

    /// How long it may take, in seconds; negative: without end.
    var secondsToStop: Int { stopTimeout.flatMap { Int($0) } ?? 10 }
}
