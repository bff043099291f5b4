/* What Swift cannot import from libc: errno is a macro, open/openat/fcntl/ioctl/syscall are variadic. */
#ifndef MINIRUN_LIBC_H
#define MINIRUN_LIBC_H
#include "system.h"
#include <fnmatch.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

/* The thread's errno; call it on the line after the failed call. Safe between clone and exec. */
static inline int minirun_errno(void) { return errno; }

/* open(2): a descriptor that the caller owns, close-on-exec whatever `flags` say, or -1 with errno set. */
static inline int minirun_open(const char *_Nonnull path, int flags, mode_t mode) {
    return open(path, flags | O_CLOEXEC, mode);
}

/* openat(2), likewise. */
static inline int minirun_openat(int directory, const char *_Nonnull path, int flags, mode_t mode) {
    return openat(directory, path, flags | O_CLOEXEC, mode);
}

/* openat2(2) with O_PATH: whatever links there are, nothing above `directory` is reached (RESOLVE_BENEATH), and no link of
 * /proc is followed. A descriptor that the caller owns, close-on-exec, or -1 with errno set. */
static inline int minirun_open_beneath(int directory, const char *_Nonnull path) {
    struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

/* ioctl(2) with a pointer argument, which the kernel reads or writes according to `request`. */
static inline int minirun_ioctl(int descriptor, unsigned long request, void *_Nullable argument) {
    return ioctl(descriptor, request, argument);
}

/* The other side of a pseudo terminal by its master (TIOCGPTPEER), not as a controlling terminal. Owner: the caller closes it
 * (close-on-exec). Returns the descriptor, or -1 with errno set. */
static inline int minirun_open_terminal_peer(int master) {
    return ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

/* fcntl(2) with an integer argument. */
static inline int minirun_fcntl(int descriptor, int command, long argument) {
    return fcntl(descriptor, command, argument);
}

/* readdir(3): the next entry, borrowed until the next call; NULL at the end, and with a failure, whose errno is then in
 * `error`, else 0. Only an errno that was cleared before tells the two apart. */
static inline struct dirent *_Nullable minirun_readdir(DIR *_Nonnull stream, int *_Nonnull error) {
    errno = 0;
    struct dirent *entry = readdir(stream);
    *error = entry ? 0 : errno;
    return entry;
}

/* The environment, which Swift 6 will not touch as a mutable global; borrowed, valid until setenv(3). */
static inline char *_Nullable *_Nonnull minirun_environment(void) { return environ; }

/* signal(2) with SIG_IGN, a macro. Exec keeps it: whoever starts a program sets the default again. */
static inline void minirun_ignore_signal(int number) { signal(number, SIG_IGN); }

/* Whether a signal is ignored, as nohup(1) has it for SIGHUP: SIG_IGN is a macro. */
static inline bool minirun_is_ignored(int number) {
    struct sigaction present;
    return sigaction(number, NULL, &present) == 0 && present.sa_handler == SIG_IGN;
}

/* signal(2) with SIG_DFL. */
static inline void minirun_default_signal(int number) { signal(number, SIG_DFL); }
#endif
