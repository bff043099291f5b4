import Namespaces

extension RunRequest {
    /// Whether the container's root may turn out to be the very user that we are: with the host's users, with those of
    /// somebody it joins, and wherever there are no ids to spare.
    private var mayShareOurUser: Bool {
        let modes = networks + [pid, ipc].compactMap { $0 }
        return privileged || userns == "host" || !uidMap.isEmpty || modes.contains { $0 == "host" || $0.contains(":") }
            || IDMap.own?.isInitial != true
    }

    /// To be called before anything else is made of the words: begins this process anew where the container might get at its
    /// program, see ``OwnProgram``. Throws `KernelError`.
    public func protectProgram() throws {
        if mayShareOurUser { try OwnProgram.makeReadOnly() }
    }
}
