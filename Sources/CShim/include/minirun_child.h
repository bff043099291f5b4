/* The child program: what a new process does between clone3 and execve.
 *
 * Swift may not run there (its runtime allocates and locks, and another thread may have held the lock at the clone),
 * so Swift lays out an array of operations and their strings in one block of memory, and the C child walks the array.
 * Every operation is safe between clone and exec: no allocation, no locks, no stdio. Pointers stay valid because the
 * child has a copy of the parent's memory. A failure leaves as (operation index, errno) on the channel. */
#ifndef MINIRUN_CHILD_H
#define MINIRUN_CHILD_H
#include <linux/sched.h> /* CLONE_NEW*: <sched.h> hides them from Swift */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* How many descriptors (detached mounts) a program can hold at a time. */
#define MINIRUN_SLOTS 64

enum minirun_opcode {
    MINIRUN_OP_WAIT = 1,        /* until message kind `number` came; descriptors that come meanwhile go to their slots */
    MINIRUN_OP_BECOME_ROOT,     /* setgroups(0), setresgid(0), setresuid(0): take the mapped root's ids */
    MINIRUN_OP_RECEIVE,         /* until `slot` is filled */
    MINIRUN_OP_OPEN_TREE,       /* path -> slot; number: flags of open_tree besides CLONE and CLOEXEC */
    MINIRUN_OP_MOVE_MOUNT,      /* slot -> path; closes the slot */
    MINIRUN_OP_MOUNT,           /* text: source, path: target, text2: type, text3: data, number: flags */
    MINIRUN_OP_SET_ATTRIBUTES,  /* mount_setattr(path): number: attributes set, number2: AT_ flags, number3: propagation */
    MINIRUN_OP_READ_ONLY_PATH,  /* a read-only recursive copy of path put over it; a missing path is passed over */
    MINIRUN_OP_MASK_PATH,       /* /dev/null over a file, an empty read-only tmpfs over a directory */
    MINIRUN_OP_ENTER_ROOT,      /* slot becomes the root; the old one stays stacked below until DETACH_OLD_ROOT */
    MINIRUN_OP_DETACH_OLD_ROOT, /* umount2(".", MNT_DETACH); chdir("/") */
    MINIRUN_OP_MAKE_MOUNT_POINT, /* path, whose parent is there; a link in its place is refused */
    MINIRUN_OP_MAKE_DIRECTORY,  /* path with its parents; number: mode of the last one */
    MINIRUN_OP_MAKE_TARGET,     /* what slot can be mounted on: a directory or an empty file at path */
    MINIRUN_OP_CREATE_FILE,     /* an empty file at path, parents made; number: mode */
    MINIRUN_OP_SYMLINK,         /* path -> text; an existing name is left alone */
    MINIRUN_OP_WRITE_FILE,      /* text to path, which exists */
    MINIRUN_OP_HOSTNAME,        /* sethostname(text) */
    MINIRUN_OP_DOMAINNAME,      /* setdomainname(text) */
    MINIRUN_OP_DUPLICATE,       /* dup2(number, number2) */
    MINIRUN_OP_EMPTY_STREAMS,   /* the container's /dev/null as standard streams 0 to `number` */
    MINIRUN_OP_SESSION,         /* setsid() */
    MINIRUN_OP_CONSOLE,         /* number: rows, number2: columns, number3: owner; number4 != 0: at /dev/console too */
    MINIRUN_OP_LIMIT,           /* setrlimit(number, soft number2, hard number3) */
    MINIRUN_OP_BOUNDING,        /* number: mask of what stays in the bounding set */
    MINIRUN_OP_IDS,             /* number: uid, number2: gid, blob: gid_t groups[]; permitted capabilities are kept */
    MINIRUN_OP_CAPABILITIES,    /* number: effective, number2: permitted, number3: inheritable, number4: ambient */
    MINIRUN_OP_NO_NEW_PRIVS,
    MINIRUN_OP_DEATH_SIGNAL,    /* number: signal when the parent thread dies; leaves at once if it is dead already */
    MINIRUN_OP_UMASK,           /* number */
    MINIRUN_OP_SECCOMP,         /* blob: struct sock_filter[] */
    MINIRUN_OP_CLOSE_FROM,      /* descriptors from number on become close-on-exec */
    MINIRUN_OP_CLOSE_INHERITED, /* closes all above 2 but the channel, now */
    MINIRUN_OP_UNSHARE,         /* unshare(number): a namespace that is to begin where the process is by then */
    MINIRUN_OP_INIT,            /* fork; this process stays, forwards signals and reaps; the new one goes on */
    MINIRUN_OP_CHDIR,           /* path; number != 0: made with its parents if missing */
    MINIRUN_OP_EXEC,            /* list: argv, list2: envp, list3: candidates tried in order */
    MINIRUN_OP_MESSAGE,         /* sends message kind `number` to the parent */
    MINIRUN_OP_PAUSE,           /* sleeps until killed: a process that only holds its namespaces */
};

/* Flags of one operation. */
#define MINIRUN_OPTIONAL 1u /* ENOENT, ENOTDIR and EACCES are passed over: the path need not exist */
#define MINIRUN_REPORT 2u   /* tell the parent when it is done */

struct minirun_operation {
    uint32_t code;
    uint32_t flags;
    int32_t slot;
    uint32_t blob_length;
    uint64_t number, number2, number3, number4;
    const char *_Nullable path;
    const char *_Nullable text;
    const char *_Nullable text2;
    const char *_Nullable text3;
    const void *_Nullable blob;
    const char *_Nullable const *_Nullable list;
    const char *_Nullable const *_Nullable list2;
    const char *_Nullable const *_Nullable list3;
};

/* Messages on the channel, a SOCK_SEQPACKET pair.
 *
 *   parent                              child
 *                                 <-      CLONED pid or -errno (the process between, when namespaces are joined)
 *     GO (id maps are written)    ->      takes the mapped root's ids, begins its mounts; nothing was sent before
 *     DESCRIPTOR slot + SCM_RIGHTS ->     fills the slot
 *                                 <-      DONE index          (operations with MINIRUN_REPORT)
 *                                 <-      CONSOLE + SCM_RIGHTS the master side of its terminal
 *                                 <-      READY               everything before RELEASE is done
 *     RELEASE                     ->      drops what it may not keep, execs
 *                                 <-      FAILED index errno, or end of file: exec succeeded
 */
enum minirun_message_kind {
    MINIRUN_MESSAGE_GO = 1,
    MINIRUN_MESSAGE_DESCRIPTOR,
    MINIRUN_MESSAGE_RELEASE,
    MINIRUN_MESSAGE_DONE,
    MINIRUN_MESSAGE_CONSOLE,
    MINIRUN_MESSAGE_READY,
    MINIRUN_MESSAGE_FAILED,
    MINIRUN_MESSAGE_CLONED, /* from the process between, when namespaces are joined: value is the pid, or -errno */
};

struct minirun_message {
    uint32_t kind;
    int32_t index; /* operation, slot */
    int32_t value; /* errno, pid */
};

/* One namespace (or, with a pidfd, several) to enter before the clone. */
struct minirun_join {
    int32_t descriptor;
    int32_t flags;
};

struct minirun_spawn {
    uint64_t clone_flags; /* CLONE_NEW* */
    const struct minirun_operation *_Nonnull operations;
    size_t operation_count;
    const struct minirun_join *_Nullable joins; /* in this order; may be empty */
    size_t join_count;
    int control_group; /* a cgroup v2 directory that the child is born in, or -1; stays the caller's */
    int channel[2]; /* [0] the parent's end, [1] the child's; both are close-on-exec and stay the caller's */
};

/* Starts the child. Returns its pid, or a negative errno; *pidfd is then a close-on-exec descriptor that the caller owns.
 * If a join fails, *failed_join is its index (else -1). Every return leaves the signal mask as it was. */
pid_t minirun_spawn(const struct minirun_spawn *_Nonnull spawn, int *_Nonnull pidfd, int *_Nonnull failed_join);

/* Sends one message, with a descriptor unless it is -1 (which stays the caller's). 0 or a negative errno.
 * Safe between clone and exec. */
int minirun_send(int channel, struct minirun_message message, int descriptor);

/* Receives one message. 1; 0 at the end of file; or a negative errno. *descriptor is -1, or close-on-exec and the
 * caller's. Safe between clone and exec. */
int minirun_receive(int channel, struct minirun_message *_Nonnull message, int *_Nonnull descriptor);

/* pidfd_send_signal(2). 0 or a negative errno. */
int minirun_pidfd_signal(int pidfd, int signal);

/* waitid(2) on a pidfd: CLD_EXITED, CLD_KILLED or CLD_DUMPED with *code the exit status or signal; 0 when `options` has
 * WNOHANG and it still runs; or a negative errno. */
int minirun_pidfd_wait(int pidfd, int options, int *_Nonnull code);
#endif
