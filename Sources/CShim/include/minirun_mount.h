/* Mount calls and constants for Swift: the constants are enum members aliased by macros, which it cannot import, and
 * glibc declares these calls beside headers of the kernel that clash with its own. */
#ifndef MINIRUN_MOUNT_H
#define MINIRUN_MOUNT_H
#include <errno.h>
#include <linux/nsfs.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

static inline unsigned long minirun_ns_get_userns(void) { return NS_GET_USERNS; }
static inline unsigned long minirun_ns_get_nstype(void) { return NS_GET_NSTYPE; }
static inline unsigned long minirun_ns_get_parent(void) { return NS_GET_PARENT; }

/* open_tree(2) with OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC: a detached copy that the caller owns, or a negative errno.
 * Safe between clone and exec, as are all of this header. */
int minirun_open_tree(int directory, const char *_Nonnull path, int recursive);

/* mount_setattr(2) on the tree at `tree` (AT_EMPTY_PATH). user_namespace is a descriptor to idmap by, or -1.
 * 0 or a negative errno. */
int minirun_tree_attributes(int tree, uint64_t set, uint64_t propagation, int user_namespace, int recursive);

/* fsopen(2): a file system context that the caller owns, close-on-exec, or a negative errno. */
int minirun_fsopen(const char *_Nonnull type);

/* fsconfig(2): `value` null sets the flag `key`. 0 or a negative errno. */
int minirun_fsconfig_string(int context, const char *_Nonnull key, const char *_Nullable value);

/* fsconfig(2) FSCONFIG_CMD_CREATE, then fsmount(2) with the MOUNT_ATTR_* given: a detached mount, close-on-exec, that
 * the caller owns, or a negative errno. The context stays the caller's. */
int minirun_fsmount(int context, uint32_t attributes);

/* move_mount(2) of a detached tree to a path. 0 or a negative errno. */
int minirun_move_mount(int tree, const char *_Nonnull target);

/* Whether nothing can be changed by way of the mount that the path (a link of /proc, too) leads to: 1, 0, or a negative
 * errno. */
static inline int minirun_is_read_only(const char *_Nonnull path) {
    struct statvfs status;
    return statvfs(path, &status) < 0 ? -errno : (status.f_flag & ST_RDONLY) != 0;
}

/* read(2) of what the kernel has to say about a failed fsconfig or fsmount; length, 0 when there is nothing. */
long minirun_fs_message(int context, char *_Nonnull buffer, unsigned long size);
#endif
