/* Confinement: libcap, libseccomp and the kernel's filter format, and what their macros hide from Swift. */
#ifndef MINIRUN_CONFINEMENT_H
#define MINIRUN_CONFINEMENT_H
#include "system.h"
#include <linux/filter.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* The capabilities that the calling thread may still gain (PR_CAPBSET_READ), one bit each. Between clone and exec: safe. */
static inline uint64_t minirun_capability_bounding_set(void) {
    uint64_t bits = 0;
    for (int capability = 0; capability < 64; capability++) {
        int answer = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
        if (answer < 0) break; /* EINVAL: this kernel's capabilities end here */
        if (answer == 1) bits |= UINT64_C(1) << capability;
    }
    return bits;
}

/* SCMP_ACT_ERRNO and SCMP_ACT_TRACE are macros with an argument, which Swift does not import. */
static inline uint32_t minirun_seccomp_errno(uint16_t number) { return SCMP_ACT_ERRNO(number); }
static inline uint32_t minirun_seccomp_trace(uint16_t number) { return SCMP_ACT_TRACE(number); }

/*
 * openat2(2), for which glibc has no wrapper: resolves `path` as if `directory` were the root, so that no symbolic link
 * of an untrusted tree leads out of it. Owner: the caller closes the descriptor (close-on-exec, non-blocking).
 * Returns: the descriptor (>= 0) or -1 with errno set. Between clone and exec: safe.
 */
static inline int minirun_open_in_root(int directory, const char *_Nonnull path, uint64_t flags) {
    struct open_how how = {.flags = flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, .resolve = RESOLVE_IN_ROOT};
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

/* The kernel's release (uname -r), ended by a zero byte; an empty text when the kernel will not say. Safe anywhere. */
void minirun_kernel_release(char buffer[_Nonnull 65]);
#endif
