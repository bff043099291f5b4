/* The parent's half: see minirun_child.h. */
#include "child.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t clone_process(uint64_t flags, int control_group, int *pidfd) {
    struct clone_args arguments = {.flags = flags};
    if (control_group >= 0) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = (uint64_t)control_group;
    }
    if (pidfd) {
        arguments.flags |= CLONE_PIDFD;
        arguments.pidfd = (uint64_t)(uintptr_t)pidfd;
    }
    /* With CLONE_PARENT the signal is that of the process between, and the kernel wants none named. */
    if (!(flags & CLONE_PARENT))
        arguments.exit_signal = SIGCHLD;
    pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
    return pid < 0 ? -errno : pid;
}

/* The process between enters the namespaces and clones; its own pid namespace is the caller's, so the number it sees is
 * the one the caller wants. It leaves at once. */
_Noreturn static void join_and_clone(const struct minirun_spawn *spawn) {
    struct minirun_message message = {.kind = MINIRUN_MESSAGE_CLONED, .index = -1};
    /* Until its exec the clone is a copy of the caller, with the host's root, environment and program, and the processes
     * that are in the joined namespaces already see it: they may neither trace it nor look into its /proc
     * (CVE-2016-9962). An exec ends this. The maps of a new user namespace could not be written by an unprivileged
     * caller; but such a namespace has nobody in it. */
    if (!(spawn->clone_flags & CLONE_NEWUSER) && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) {
        message.value = -errno;
        minirun_send(spawn->channel[1], message, -1);
        _exit(1);
    }
    for (size_t i = 0; i < spawn->join_count; i++) {
        if (setns(spawn->joins[i].descriptor, spawn->joins[i].flags) < 0) {
            message.value = -errno;
            message.index = (int32_t)i;
            minirun_send(spawn->channel[1], message, -1);
            _exit(1);
        }
    }
    pid_t pid = clone_process(spawn->clone_flags | CLONE_PARENT, spawn->control_group, NULL);
    if (pid == 0)
        minirun_child_run(spawn);
    message.value = pid;
    minirun_send(spawn->channel[1], message, -1);
    _exit(0);
}

static void await(pid_t pid) {
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
}

static pid_t spawn_by_joining(const struct minirun_spawn *spawn, int *pidfd, int *failed_join) {
    pid_t between = clone_process(0, -1, NULL);
    if (between < 0)
        return between;
    if (between == 0)
        join_and_clone(spawn);
    struct minirun_message message;
    int descriptor;
    await(between);
    /* If it was killed there is no message, and our own copy of the other end would keep us waiting. */
    struct pollfd ready = {.fd = spawn->channel[0], .events = POLLIN};
    if (poll(&ready, 1, 0) <= 0)
        return -ECHILD;
    int result = minirun_receive(spawn->channel[0], &message, &descriptor);
    if (result <= 0)
        return result < 0 ? result : -ECHILD;
    if (message.kind != MINIRUN_MESSAGE_CLONED || message.value == 0)
        return -EPROTO;
    if (message.value < 0) {
        *failed_join = message.index;
        return message.value;
    }
    *pidfd = (int)syscall(SYS_pidfd_open, message.value, 0);
    if (*pidfd < 0) {
        int saved = errno;
        kill(message.value, SIGKILL);
        await(message.value);
        return -saved;
    }
    return message.value;
}

pid_t minirun_spawn(const struct minirun_spawn *spawn, int *pidfd, int *failed_join) {
    *pidfd = -1;
    *failed_join = -1;
    /* A handler of the parent's must not run in the child before the child has put it off. */
    sigset_t all, before;
    sigfillset(&all);
    int failed = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (failed)
        return -failed;
    pid_t pid;
    if (spawn->join_count > 0) {
        pid = spawn_by_joining(spawn, pidfd, failed_join);
    } else {
        pid = clone_process(spawn->clone_flags, spawn->control_group, pidfd);
        if (pid == 0)
            minirun_child_run(spawn);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return pid;
}

int minirun_send(int channel, struct minirun_message message, int descriptor) {
    struct iovec part = {.iov_base = &message, .iov_len = sizeof message};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr envelope = {.msg_iov = &part, .msg_iovlen = 1};
    if (descriptor >= 0) {
        memset(&control, 0, sizeof control);
        envelope.msg_control = control.space;
        envelope.msg_controllen = sizeof control.space;
        struct cmsghdr *header = CMSG_FIRSTHDR(&envelope);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    }
    ssize_t sent;
    do {
        sent = sendmsg(channel, &envelope, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : 0;
}

int minirun_receive(int channel, struct minirun_message *message, int *descriptor) {
    struct iovec part = {.iov_base = message, .iov_len = sizeof *message};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr envelope = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    *descriptor = -1;
    ssize_t length;
    do {
        length = recvmsg(channel, &envelope, MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    if (length < 0)
        return -errno;
    if (length == 0)
        return 0;
    struct cmsghdr *header = CMSG_FIRSTHDR(&envelope);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
        memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
    return length == sizeof *message ? 1 : -EPROTO;
}

int minirun_pidfd_signal(int pidfd, int signal) {
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}

int minirun_pidfd_wait(int pidfd, int options, int *code) {
    siginfo_t information = {0};
    if (waitid(P_PIDFD, (id_t)pidfd, &information, options) < 0)
        return -errno;
    if (information.si_pid == 0)
        return 0;
    *code = information.si_status;
    return information.si_code;
}
