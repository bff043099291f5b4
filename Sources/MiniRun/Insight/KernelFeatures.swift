import CShim
import Namespaces
import NetSetup
import SystemPackage

/// What of what minirun uses this kernel has, for this user: each is tried, in namespaces that nobody else sees and that
/// end with a process made for it.
public struct KernelFeatures: Sendable {
    /// One of them.
    public struct Feature: Sendable {
        /// Its name.
        public let name: String
        /// Why it is not there; nil when it is.
        public let lack: String?
        /// Which of several it is: `v1 and v2`.
        public var detail: String?
    }

    /// In the order of the output.
    public let all: [Feature]

    /// Tries them; leaves nothing behind.
    public init(paths: StatePaths) {
        var features = Self.files
        let stage = Stage()
        // Whatever of it a step that failed may have left.
        defer { stage.undo.unwind() }
        let program = Self.waiting
        do {
            let map = try SubordinateIDs.mapForContainer()
            let spawn = SpawnStep(
                new: [.user, .mount, .uts, .ipc, .pid, .network], map: map, program: program.program)
            do { try spawn.apply(on: stage) } catch {
                all = features + [Feature(name: "user namespaces", lack: "\(error)")]
                return
            }
            features.append(Feature(name: "user namespaces", lack: nil))
            features += Self.mounts(map, program.slot, on: stage)
            features += Self.networks(on: stage)
        } catch { features.append(Feature(name: "user namespaces", lack: "\(error)")) }
        all = features
    }

    /// A process that only holds its namespaces.
    private static var waiting: (program: ChildProgram, slot: MountSlot) {
        var program = ChildProgram()
        let slot = program.newSlot()
        program.append([.parentDeathSignal(SIGKILL), .closeInherited, .awaitMaps, .pause])
        return (program, slot)
    }

    // MARK: One by one

    /// What a file tells.
    private static var files: [Feature] {
        func lack(_ path: String, _ reason: String) -> String? { access(path, F_OK) == 0 ? nil : reason }
        let groups = try? ControlGroupLayout.read()
        let versions = [groups?.legacy.isEmpty == false ? "v1" : nil, groups?.unified != nil ? "v2" : nil]
            .compactMap { $0 }
        return [
            Feature(
                name: "control groups", lack: versions.isEmpty ? "none are mounted" : nil,
                detail: versions.joined(separator: " and ")),
            Feature(name: "cgroup namespaces", lack: lack("/proc/self/ns/cgroup", "the kernel has none")),
            Feature(name: "time namespaces", lack: lack("/proc/self/ns/time", "the kernel has none")),
            Feature(
                name: "seccomp filters", lack: lack("/proc/sys/kernel/seccomp/actions_avail", "the kernel has none")),
            Feature(name: "IPv6", lack: lack("/proc/sys/net/ipv6", "the kernel has none")),
        ]
    }

    private static func mounts(_ map: IDMap, _ slot: MountSlot, on stage: Stage) -> [Feature] {
        func lack(_ step: any Step) -> String? {
            do { try step.apply(on: stage) } catch { return "\(error)" }
            return nil
        }
        let idmapped =
            map.isIdentity
            ? "not tried: there are no ids to spare"
            : lack(DirectRoot(directory: "/", map: map, slot: slot))
        let layers = OverlayRoot(lowers: ["/"], scratch: nil, isVolatile: true, map: map, slot: slot)
        return [
            Feature(name: "idmapped mounts", lack: idmapped),
            Feature(name: "overlay with a layer in memory", lack: lack(layers)),
        ]
    }

    private static func networks(on stage: Stage) -> [Feature] {
        let namespace: NamespaceHandle
        do { namespace = try stage.process(for: "try networks").namespace(.network) } catch {
            return [Feature(name: "network namespaces", lack: "\(error)")]
        }
        return [
            Feature(name: "nftables", lack: NetworkFeatures.lackOfNftables(in: namespace)),
            Feature(
                name: "nftables socket expression", lack: NetworkFeatures.lackOfFirewall(in: namespace)),
        ]
            + ["veth", "bridge", "macvlan", "ipvlan", "vxlan"].map { kind in
                Feature(name: kind, lack: NetworkFeatures.lack(ofLink: kind, in: namespace))
            }
    }
}
