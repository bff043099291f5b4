import CShim

/// A ``ChildProgram`` laid out for the C child: an array of operations, and behind it every string and list they point
/// to, in blocks that live as long as this object. The child has a copy of that memory at the same addresses.
final class FlatProgram {
    let operations: UnsafeMutablePointer<minirun_operation>
    let count: Int
    private var blocks: [UnsafeMutableRawPointer] = []

    init(_ program: ChildProgram, reports: Bool) {
        count = program.operations.count
        operations = .allocate(capacity: max(count, 1))
        for (index, operation) in program.operations.enumerated() {
            var flat = encode(operation)
            if reports, !operation.endsReports { flat.flags |= MINIRUN_REPORT }
            operations[index] = flat
        }
    }

    deinit {
        for block in blocks { block.deallocate() }
        operations.deallocate()
    }

    private func text(_ value: String) -> UnsafePointer<CChar> {
        var value = value
        return value.withUTF8 { bytes in
            let block = UnsafeMutableRawPointer.allocate(byteCount: bytes.count + 1, alignment: 1)
            blocks.append(block)
            if let base = bytes.baseAddress { block.copyMemory(from: base, byteCount: bytes.count) }
            block.storeBytes(of: 0, toByteOffset: bytes.count, as: UInt8.self)
            return UnsafePointer(block.assumingMemoryBound(to: CChar.self))
        }
    }

    private func list(_ values: [String]) -> UnsafePointer<UnsafePointer<CChar>?> {
        let size = MemoryLayout<UnsafePointer<CChar>?>.stride
        let block = UnsafeMutableRawPointer.allocate(byteCount: (values.count + 1) * size, alignment: 8)
        blocks.append(block)
        let entries = block.bindMemory(to: UnsafePointer<CChar>?.self, capacity: values.count + 1)
        for (index, value) in values.enumerated() { (entries + index).initialize(to: text(value)) }
        (entries + values.count).initialize(to: nil)
        return UnsafePointer(entries)
    }

    private func blob<Element: BitwiseCopyable>(_ values: [Element]) -> UnsafeRawPointer {
        let bytes = values.count * MemoryLayout<Element>.stride
        let block = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 1), alignment: 8)
        blocks.append(block)
        values.withUnsafeBytes { if let base = $0.baseAddress { block.copyMemory(from: base, byteCount: $0.count) } }
        return UnsafeRawPointer(block)
    }

    private func encode(_ operation: ChildOperation) -> minirun_operation {
        var flat = minirun_operation()
        flat.slot = -1
        func code(_ value: minirun_opcode) { flat.code = value.rawValue }
        switch operation {
        case .awaitMaps:
            code(MINIRUN_OP_WAIT)
            flat.number = UInt64(MINIRUN_MESSAGE_GO.rawValue)
        case .becomeRoot:
            code(MINIRUN_OP_BECOME_ROOT)
        case .unshare(let kind):
            code(MINIRUN_OP_UNSHARE)
            flat.number = UInt64(UInt32(bitPattern: kind.cloneFlag))
        case .receiveMount(let slot, _):
            code(MINIRUN_OP_RECEIVE)
            flat.slot = slot.index
        case .openTree(let path, let recursive, let slot):
            code(MINIRUN_OP_OPEN_TREE)
            flat.path = text(path)
            flat.number = recursive ? 1 : 0
            flat.slot = slot.index
        case .attach(let slot, let target):
            code(MINIRUN_OP_MOVE_MOUNT)
            flat.slot = slot.index
            flat.path = text(target)
        case .mount(let source, let target, let type, let flags, let data):
            code(MINIRUN_OP_MOUNT)
            flat.text = text(source)
            flat.path = text(target)
            flat.text2 = type.map(text)
            flat.text3 = data.map(text)
            flat.number = flags.rawValue
        case .setPropagation(let path, let flags):
            code(MINIRUN_OP_MOUNT)
            flat.text = text("none")
            flat.path = text(path)
            flat.number = flags.rawValue
        case .makeReadOnly(let path):
            code(MINIRUN_OP_SET_ATTRIBUTES)
            flat.path = text(path)
            flat.number = UInt64(MOUNT_ATTR_RDONLY)
        case .readOnlyPath(let path):
            code(MINIRUN_OP_READ_ONLY_PATH)
            flat.path = text(path)
        case .maskPath(let path):
            code(MINIRUN_OP_MASK_PATH)
            flat.path = text(path)
        case .enterRoot(let slot):
            code(MINIRUN_OP_ENTER_ROOT)
            flat.slot = slot.index
        case .detachOldRoot:
            code(MINIRUN_OP_DETACH_OLD_ROOT)
        case .makeMountPoint(let path):
            code(MINIRUN_OP_MAKE_MOUNT_POINT)
            flat.path = text(path)
        case .makeDirectory(let path, let mode):
            code(MINIRUN_OP_MAKE_DIRECTORY)
            flat.path = text(path)
            flat.number = UInt64(mode)
        case .makeTarget(let path, let slot):
            code(MINIRUN_OP_MAKE_TARGET)
            flat.path = text(path)
            flat.slot = slot.index
        case .createFile(let path, let mode):
            code(MINIRUN_OP_CREATE_FILE)
            flat.path = text(path)
            flat.number = UInt64(mode)
        case .symlink(let path, let pointsTo):
            code(MINIRUN_OP_SYMLINK)
            flat.path = text(path)
            flat.text = text(pointsTo)
        case .writeFile(let path, let content):
            code(MINIRUN_OP_WRITE_FILE)
            flat.path = text(path)
            flat.text = text(content)
        case .hostname(let name):
            code(MINIRUN_OP_HOSTNAME)
            flat.text = text(name)
        case .domainname(let name):
            code(MINIRUN_OP_DOMAINNAME)
            flat.text = text(name)
        default:
            encodeProcess(operation, into: &flat)
        }
        return flat
    }

    private func encodeProcess(_ operation: ChildOperation, into flat: inout minirun_operation) {
        func code(_ value: minirun_opcode) { flat.code = value.rawValue }
        switch operation {
        case .standardStream(let number, let source):
            code(MINIRUN_OP_DUPLICATE)
            flat.number = UInt64(UInt32(bitPattern: source))
            flat.number2 = UInt64(UInt32(bitPattern: number))
        case .newSession:
            code(MINIRUN_OP_SESSION)
        case .console(let rows, let columns, let owner):
            code(MINIRUN_OP_CONSOLE)
            flat.number = UInt64(rows)
            flat.number2 = UInt64(columns)
            flat.number3 = UInt64(owner)
            flat.number4 = 1
        case .terminal(let rows, let columns, let owner):
            code(MINIRUN_OP_CONSOLE)
            flat.number = UInt64(rows)
            flat.number2 = UInt64(columns)
            flat.number3 = UInt64(owner)
        case .limit(let resource, let soft, let hard):
            code(MINIRUN_OP_LIMIT)
            flat.number = UInt64(UInt32(bitPattern: resource))
            flat.number2 = soft
            flat.number3 = hard
        case .boundingSet(let mask):
            code(MINIRUN_OP_BOUNDING)
            flat.number = mask
        case .identity(let uid, let gid, let groups):
            code(MINIRUN_OP_IDS)
            flat.number = UInt64(uid)
            flat.number2 = UInt64(gid)
            flat.blob = blob(groups)
            flat.blob_length = UInt32(groups.count)
        case .capabilities(let masks):
            code(MINIRUN_OP_CAPABILITIES)
            flat.number = masks.effective.rawValue
            flat.number2 = masks.permitted.rawValue
            flat.number3 = masks.inheritable.rawValue
            flat.number4 = masks.ambient.rawValue
        case .closeInherited:
            code(MINIRUN_OP_CLOSE_INHERITED)
        case .emptyInput:
            code(MINIRUN_OP_EMPTY_STREAMS)
        case .emptyStreams:
            code(MINIRUN_OP_EMPTY_STREAMS)
            flat.number = 2
        case .noNewPrivileges:
            code(MINIRUN_OP_NO_NEW_PRIVS)
        case .parentDeathSignal(let signal):
            code(MINIRUN_OP_DEATH_SIGNAL)
            flat.number = UInt64(UInt32(bitPattern: signal))
        case .umask(let mask):
            code(MINIRUN_OP_UMASK)
            flat.number = UInt64(mask)
        case .seccomp(let filter):
            code(MINIRUN_OP_SECCOMP)
            flat.blob = blob(filter)
            flat.blob_length = UInt32(filter.count)
        case .closeDescriptors(let first):
            code(MINIRUN_OP_CLOSE_FROM)
            flat.number = UInt64(first)
        case .initProcess:
            code(MINIRUN_OP_INIT)
        case .changeDirectory(let path, let create):
            code(MINIRUN_OP_CHDIR)
            flat.path = text(path)
            flat.number = create ? 1 : 0
        case .reportReady:
            code(MINIRUN_OP_MESSAGE)
            flat.number = UInt64(MINIRUN_MESSAGE_READY.rawValue)
        case .awaitRelease:
            code(MINIRUN_OP_WAIT)
            flat.number = UInt64(MINIRUN_MESSAGE_RELEASE.rawValue)
        case .exec(let candidates, let arguments, let environment):
            code(MINIRUN_OP_EXEC)
            flat.list = list(arguments)
            flat.list2 = list(environment)
            flat.list3 = list(candidates)
        case .pause:
            code(MINIRUN_OP_PAUSE)
        case .optional(let wrapped):
            flat = encode(wrapped)
            flat.flags |= MINIRUN_OPTIONAL
        default:
            break
        }
    }
}

extension ChildOperation {
    /// Whether nothing can be reported once this has begun: the filter may forbid it, or the process is another one.
    fileprivate var endsReports: Bool {
        switch self {
        case .exec, .pause, .reportReady: true
        default: false
        }
    }
}
