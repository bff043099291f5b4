import Namespaces
import SystemPackage
import Testing

@testable import MiniRun

/// How devices are to be shown, by what the kernel can do.
struct DevicePlannerTests {
    @Test(
        "a device is made anew since Linux 6.15; below, the host's file is shown and no restriction promised",
        .enabled(if: IDMap.own?.isInitial == true, "needs real root"),
        arguments: [("6.1.0-18-amd64", false), ("6.14.11", false), ("6.15.0", true), ("7.0.1", true)])
    func kernels(release: String, isMadeAnew: Bool) throws {
        let request = try #require(try RunRequest(parsing: ["busybox", "true"]))
        let store = ContainerStore(StatePaths(root: "/nowhere/root", state: "/nowhere/state"))
        let namespaces = try NamespacePlan(ContainerConfiguration(request), containers: store)
        let planner = DevicePlanner(namespaces: namespaces, kernel: KernelRelease(release))
        func mounts(_ text: String) throws -> [DeviceMount] {
            var program = ChildProgram()
            return try planner.mounts([DeviceOption(parsing: text)], &program)
        }
        #expect(try mounts("/dev/null").map(\.isMadeAnew) == [isMadeAnew])
        let refusal = UsageError(
            "--device /dev/null:/dev/null:r: nothing would keep the container from reading and writing; "
                + "that needs Linux 6.15 or later, and this is \(release)")
        if isMadeAnew {
            #expect(try mounts("/dev/null:/dev/null:r").map(\.isWritable) == [false])
        } else {
            #expect(throws: refusal) { try mounts("/dev/null:/dev/null:r") }
        }
    }
}
