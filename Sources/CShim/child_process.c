/* What the child program makes of its own process: ids, capabilities, terminal, filter, command. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int set_capabilities(uint64_t effective, uint64_t permitted, uint64_t inheritable) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    for (int half = 0; half < 2; half++) {
        data[half].effective = (uint32_t)(effective >> (32 * half));
        data[half].permitted = (uint32_t)(permitted >> (32 * half));
        data[half].inheritable = (uint32_t)(inheritable >> (32 * half));
    }
    return CHECKED(syscall(SYS_capset, &header, data));
}

/* After a change from root to another user the permitted capabilities are there still (PR_SET_KEEPCAPS) but not in
 * force; the operations to come need them. */
static int raise_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) < 0)
        return -errno;
    data[0].effective = data[0].permitted;
    data[1].effective = data[1].permitted;
    return CHECKED(syscall(SYS_capset, &header, data));
}

/* Whether the user namespace was made without privilege (user_namespaces(7)); needs the new /proc. */
static int setgroups_is_denied(void) {
    char word = 0;
    int file = open("/proc/self/setgroups", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    ssize_t length = read(file, &word, 1);
    close(file);
    return length == 1 && word == 'd';
}

static int set_ids(uid_t uid, gid_t gid, size_t count, const gid_t *groups) {
    if (uid != 0 && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
        return -errno;
    /* The raw calls: glibc's would have every thread follow, by way of locks. Where an unprivileged namespace forbids
     * setgroups, the groups stay what they were: nobody in there can have others. */
    if (syscall(SYS_setgroups, count, groups) < 0 && !(errno == EPERM && (count == 0 || setgroups_is_denied())))
        return -errno;
    if (syscall(SYS_setresgid, gid, gid, gid) < 0 || syscall(SYS_setresuid, uid, uid, uid) < 0)
        return -errno;
    return uid == 0 ? 0 : raise_capabilities();
}

static int limit_bounding_set(uint64_t mask) {
    for (int capability = 0; capability < 64; capability++) {
        if (mask & (UINT64_C(1) << capability))
            continue;
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
            return errno == EINVAL ? 0 : -errno; /* EINVAL: past the last capability */
    }
    return 0;
}

static int set_ambient(uint64_t mask) {
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
        return -errno;
    for (int capability = 0; capability < 64; capability++) {
        if ((mask & (UINT64_C(1) << capability))
            && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) < 0)
            return -errno;
    }
    return 0;
}

static int set_death_signal(struct child *child, int number) {
    if (prctl(PR_SET_PDEATHSIG, number, 0, 0, 0) < 0)
        return -errno;
    /* A parent that died before the call sends nothing; but then its end of the channel is closed. */
    struct pollfd channel = {.fd = child->channel};
    if (poll(&channel, 1, 0) > 0 && (channel.revents & POLLHUP))
        _exit(125);
    return 0;
}

static int put_at_console(int terminal) {
    int result = minirun_create_file("/dev/console", 0600);
    if (result < 0)
        return result;
    int tree = open_tree(terminal, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
    if (tree < 0)
        return -errno;
    result = CHECKED(move_mount(tree, "", AT_FDCWD, "/dev/console", MOVE_MOUNT_F_EMPTY_PATH));
    close(tree);
    return result;
}

/* Opens a terminal of the container's own devpts and gives the master side away. */
static int console(struct child *child, const struct minirun_operation *operation) {
    int master = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0)
        return -errno;
    int unlocked = 0;
    struct winsize size = {
        .ws_row = (unsigned short)operation->number, .ws_col = (unsigned short)operation->number2};
    int result = CHECKED(ioctl(master, TIOCSPTLCK, &unlocked));
    int terminal = result < 0 ? -1 : ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0) {
        result = result < 0 ? result : -errno;
        close(master);
        return result;
    }
    if (size.ws_row != 0 && size.ws_col != 0)
        ioctl(master, TIOCSWINSZ, &size);
    /* Without a map for this id the terminal stays the container root's, which is all there is then. */
    if (fchown(terminal, (uid_t)operation->number3, (gid_t)-1) < 0 && errno != EINVAL && errno != EPERM)
        result = -errno;
    if (result == 0 && operation->number4)
        result = put_at_console(terminal);
    if (result == 0) {
        setsid(); /* fails only for one that leads a session already */
        result = CHECKED(ioctl(terminal, TIOCSCTTY, 0));
    }
    for (int number = 0; number < 3 && result == 0; number++)
        result = CHECKED(dup2(terminal, number));
    if (result == 0)
        result = minirun_send(child->channel, (struct minirun_message){.kind = MINIRUN_MESSAGE_CONSOLE}, master);
    if (terminal > 2)
        close(terminal);
    close(master);
    return result;
}

/* The supervisor's locks and sockets live as long as a copy of their descriptor does; this process must not be the one
 * that keeps them when the supervisor is killed. */
static int close_inherited(int channel) {
    if (channel > 3 && syscall(SYS_close_range, 3u, (unsigned int)channel - 1, 0) < 0)
        return -errno;
    return CHECKED(syscall(SYS_close_range, (unsigned int)channel + 1, ~0u, 0));
}

/* What lies at the path in a container that runs already may be a pipe or a terminal: nothing is waited for. */
static int empty_streams(int last) {
    int null = open("/dev/null", (last == 0 ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (null < 0)
        return -errno;
    int result = 0;
    for (int stream = 0; stream <= last && result == 0; stream++)
        result = CHECKED(dup2(null, stream));
    close(null);
    return result;
}

/* The first candidate that there is. A file that may not be executed is remembered, as execvp does it, but does not end
 * the search. */
static int execute(const struct minirun_operation *operation) {
    int remembered = -ENOENT;
    for (const char *const *candidate = operation->list3; *candidate; candidate++) {
        execve(*candidate, (char *const *)operation->list, (char *const *)operation->list2);
        if (errno == EACCES)
            remembered = -EACCES;
        else if (errno != ENOENT && errno != ENOTDIR)
            return -errno;
    }
    return remembered;
}

int minirun_child_process_operation(struct child *child, const struct minirun_operation *operation) {
    int result;
    switch (operation->code) {
    case MINIRUN_OP_BECOME_ROOT:
        return set_ids(0, 0, 0, NULL);
    case MINIRUN_OP_HOSTNAME:
        return CHECKED(sethostname(operation->text, strlen(operation->text)));
    case MINIRUN_OP_DOMAINNAME:
        return CHECKED(setdomainname(operation->text, strlen(operation->text)));
    case MINIRUN_OP_UNSHARE:
        return CHECKED(unshare((int)operation->number));
    case MINIRUN_OP_DUPLICATE:
        return CHECKED(dup2((int)operation->number, (int)operation->number2));
    case MINIRUN_OP_EMPTY_STREAMS:
        return empty_streams((int)operation->number);
    case MINIRUN_OP_SESSION:
        return setsid() < 0 && errno != EPERM ? -errno : 0;
    case MINIRUN_OP_CONSOLE:
        return console(child, operation);
    case MINIRUN_OP_LIMIT: {
        struct rlimit limit = {.rlim_cur = operation->number2, .rlim_max = operation->number3};
        return CHECKED(setrlimit((__rlimit_resource_t)operation->number, &limit));
    }
    case MINIRUN_OP_BOUNDING:
        return limit_bounding_set(operation->number);
    case MINIRUN_OP_IDS:
        return set_ids((uid_t)operation->number, (gid_t)operation->number2, operation->blob_length, operation->blob);
    case MINIRUN_OP_CAPABILITIES:
        result = set_capabilities(operation->number, operation->number2, operation->number3);
        return result < 0 ? result : set_ambient(operation->number4);
    case MINIRUN_OP_NO_NEW_PRIVS:
        return CHECKED(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    case MINIRUN_OP_DEATH_SIGNAL:
        return set_death_signal(child, (int)operation->number);
    case MINIRUN_OP_UMASK:
        umask((mode_t)operation->number);
        return 0;
    case MINIRUN_OP_SECCOMP: {
        struct sock_fprog program = {
            .len = (unsigned short)(operation->blob_length / sizeof(struct sock_filter)),
            .filter = (struct sock_filter *)operation->blob};
        return CHECKED(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
    }
    case MINIRUN_OP_CLOSE_FROM:
        return CHECKED(syscall(SYS_close_range, (unsigned int)operation->number, ~0u, CLOSE_RANGE_CLOEXEC));
    case MINIRUN_OP_CLOSE_INHERITED:
        return close_inherited(child->channel);
    case MINIRUN_OP_INIT:
        return minirun_stay_as_init();
    case MINIRUN_OP_EXEC:
        return execute(operation);
    default:
        return -EINVAL;
    }
}
