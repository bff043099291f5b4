/* Reading of archives: libarchive, nettle's SHA-256, and what unpacking an untrusted one needs of the kernel. */
#ifndef MINIRUN_ARCHIVES_H
#define MINIRUN_ARCHIVES_H
#include "system.h"
#include <archive.h>
#include <archive_entry.h>
#include <linux/openat2.h>
#include <nettle/hmac.h>
#include <nettle/sha2.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

/*
 * openat2(2), for which glibc has no wrapper: opens a directory below `directory`; fails where the way leads through any
 * symbolic link (ELOOP), upwards (EXDEV) or into another mount (EXDEV). Owner: the caller closes the descriptor
 * (close-on-exec). Returns: the descriptor (>= 0) or -1 with errno set. Between clone and exec: safe.
 */
static inline int minirun_open_directory_beneath(int directory, const char *_Nonnull path) {
    struct open_how how = {
        .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
    };
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}
#endif
