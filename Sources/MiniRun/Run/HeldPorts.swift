import NetSetup

/// The reservations of a container's host ports, kept on the stage.
final class HeldPorts {
    private var reservations: [PortReservation]

    init(_ reservations: [PortReservation]) { self.reservations = reservations }

    var publications: [Publication] { reservations.map(\.publication) }

    func release() { reservations = [] }

    /// Gives back those of some publications.
    func release(_ gone: [Publication]) { reservations.removeAll { gone.contains($0.publication) } }

    /// Takes over what another holds.
    func adopt(_ other: HeldPorts) {
        reservations += other.reservations
        other.reservations = []
    }
}
