/// A container: all checks about it.
struct ContainerExamination {
    private let patient: Patient
    private var findings: [Finding]

    /// All checks about each of several containers. To be sure that nobody answers takes a while, and for all of them no
    /// longer than for one.
    static func checkups(of patients: [Patient]) -> [[Checkup]] {
        let looked = patients.map(ContainerExamination.init)
        for examination in looked where examination.isSound { examination.patient.ask() }
        return looked.map(\.checkups)
    }

    /// Looks at how things are set up.
    private init(_ patient: Patient) {
        self.patient = patient
        findings = Doctor.checks.map { check in Doctor.guarded { try check.init().look(at: patient) } }
        guard !findings[0].isPass else { return }
        for index in findings.indices.dropFirst() { findings[index] = .skip(DoctorWords.doesNotRun) }
    }

    /// Whether a fault can still be anywhere on the way.
    private var isSound: Bool { findings[0].isPass && !findings.contains(where: \.isFailure) }

    private var checkups: [Checkup] {
        let subject = Deviation.Place.container(patient.name).phrase
        return zip(Doctor.checks, isSound ? tried : findings).map { $1.checkup(subject, $0) }
    }

    /// What was seen, or what trying it out has shown where that can be done; until something fails.
    private var tried: [Finding] {
        var findings = findings
        for index in findings.indices where findings[index].isPass {
            // What cannot be tried out leaves what was seen.
            if let tried = try? Doctor.checks[index].init().probe(patient) { findings[index] = tried }
            if findings[index].isFailure { break }
        }
        return findings
    }
}
