/// What a lab wants of the kernel.
enum LabNeeds {
    /// Asked inside the lab's world, where we are root. Why a lab cannot be done here, and what can be done instead; nil when it can.
    static func lack(_ lab: Lab) -> LabError? {
        guard !lab.needs.isEmpty else { return nil }
        let features = KernelFeatures(paths: StatePaths())
        for need in lab.needs {
            let feature = features.all.first { $0.name == need }
            // Without the first of all nothing else could be tried.
            let reason = features.all.first { $0.name == "user namespaces" }?.lack ?? "minirun knows no such feature"
            guard let lack = feature == nil ? reason : feature?.lack else { continue }
            return LabError(
                "lab \(lab.number) needs \(need): \(lack); --anyway starts it all the same"
                    + (lab.instead.map { "\n\($0.english)" } ?? ""),
                "实验 \(lab.number) 需要 \(need)：\(lack)；--anyway 可以照样启动" + (lab.instead.map { "\n\($0.chinese)" } ?? ""))
        }
        return nil
    }
}
