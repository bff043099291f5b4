import CShim

/// The machine's clock in seconds, never set back.
func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Sleeps; only for polling and for the random moments of a kill.
func pause(_ seconds: Double) {
    usleep(useconds_t(max(0, seconds) * 1e6))
}

/// Asks again and again until the answer satisfies or the time is up; returns the last answer either way.
func poll<Answer>(
    within seconds: Double = 20, every interval: Double = 0.02, until satisfies: (Answer) -> Bool,
    _ ask: () throws -> Answer
) rethrows -> Answer {
    let end = now() + seconds
    while true {
        let answer = try ask()
        if satisfies(answer) || now() > end { return answer }
        pause(interval)
    }
}

/// Asks until it is so; false when the time is up.
func eventually(within seconds: Double = 20, _ ask: () throws -> Bool) rethrows -> Bool {
    try poll(within: seconds, until: { $0 }, ask)
}
