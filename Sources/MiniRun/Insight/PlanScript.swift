import Namespaces

/// A plan as a shell script that does the same by hand.
struct PlanScript {
    private let plan: RunPlan

    init(_ plan: RunPlan) { self.plan = plan }

    var text: String { "" }
}
