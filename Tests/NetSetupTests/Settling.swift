import CShim
import Namespaces
import Testing

/// Compares two looks until they are alike: what links and IPv6 addresses are comes about a moment after they are made, in
/// each namespace in its own time. Both are shown when they never are.
func expectAlike<Look: Equatable>(
    _ one: () throws -> Look, _ other: () throws -> Look, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let end = Moment.after(seconds: 20)
    var looks = (try one(), try other())
    while looks.0 != looks.1 && !end.hasCome {
        usleep(20_000)
        looks = (try one(), try other())
    }
    #expect(looks.0 == looks.1, sourceLocation: sourceLocation)
}
