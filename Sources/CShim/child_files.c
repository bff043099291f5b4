/* Mounts and files of the child program. Paths are resolved in the child's root of the moment: after ENTER_ROOT, a
 * symlink in the image cannot lead to the host. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int minirun_make_directory(const char *path, mode_t mode) {
    if (mkdir(path, mode) == 0)
        return 0;
    if (errno == EEXIST) {
        struct stat status;
        if (stat(path, &status) < 0)
            return -errno;
        return S_ISDIR(status.st_mode) ? 0 : -ENOTDIR;
    }
    if (errno != ENOENT)
        return -errno;
    char copy[PATH_MAX];
    size_t length = strlen(path);
    if (length >= sizeof copy)
        return -ENAMETOOLONG;
    memcpy(copy, path, length + 1);
    for (size_t i = 1; i < length; i++) {
        if (copy[i] != '/')
            continue;
        copy[i] = 0;
        if (mkdir(copy, 0755) < 0 && errno != EEXIST)
            return -errno;
        copy[i] = '/';
    }
    return mkdir(path, mode) < 0 && errno != EEXIST ? -errno : 0;
}

/* Makes the directory that the last name of `path` lies in. */
static int make_parent(const char *path) {
    char copy[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return 0;
    size_t length = (size_t)(slash - path);
    if (length >= sizeof copy)
        return -ENAMETOOLONG;
    memcpy(copy, path, length);
    copy[length] = 0;
    return minirun_make_directory(copy, 0755);
}

static int touch(const char *path, mode_t mode) {
    int file = open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode);
    if (file < 0)
        return -errno;
    close(file);
    return 0;
}

/* An image's /etc/resolv.conf is often a link into a /run that the image does not have: its target is made. */
static int touch_link_target(const char *path, mode_t mode) {
    char target[PATH_MAX], joined[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0)
        return -ENOENT;
    target[length] = 0;
    const char *slash = strrchr(path, '/');
    size_t prefix = target[0] == '/' || !slash ? 0 : (size_t)(slash - path) + 1;
    if (prefix + (size_t)length >= sizeof joined)
        return -ENAMETOOLONG;
    memcpy(joined, path, prefix);
    memcpy(joined + prefix, target, (size_t)length + 1);
    int result = make_parent(joined);
    return result < 0 ? result : touch(joined, mode);
}

int minirun_create_file(const char *path, mode_t mode) {
    struct stat status;
    if (stat(path, &status) == 0)
        return 0;
    int result = touch(path, mode);
    if (result != -ENOENT)
        return result;
    result = make_parent(path);
    if (result < 0)
        return result;
    result = touch(path, mode);
    return result == -ENOENT ? touch_link_target(path, mode) : result;
}

static int write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        return -errno;
    int result = CHECKED(write(file, text, strlen(text)));
    close(file);
    return result;
}

static int put(int tree, const char *path) {
    return CHECKED(move_mount(tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS));
}

static int read_only_path(const char *path) {
    int tree = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    if (tree < 0)
        return errno == ENOENT ? 0 : -errno;
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
    int result = CHECKED(mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes));
    if (result == 0)
        result = put(tree, path);
    close(tree);
    return result;
}

static int mask_path(const char *path) {
    if (mount("/dev/null", path, NULL, MS_BIND, NULL) == 0)
        return 0;
    if (errno == ENOTDIR)
        return CHECKED(mount("tmpfs", path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=0"));
    if (errno != ENOENT)
        return -errno;
    /* Missing is good for what is to be hidden, but not for /dev/null. */
    return faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ? -ENOENT : 0;
}

/* Put on top of the old root and then swapped with it: no directory of the host is needed to mount on. */
static int enter_root(int tree) {
    if (move_mount(tree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0 || fchdir(tree) < 0)
        return -errno;
    return CHECKED(syscall(SYS_pivot_root, ".", "."));
}

/* While the host's root is still stacked on this one, `..` of a link in the image would lead there. */
static int make_mount_point(const char *path) {
    struct stat status;
    if (mkdir(path, 0555) == 0)
        return 0;
    if (errno != EEXIST || lstat(path, &status) < 0)
        return -errno;
    return S_ISDIR(status.st_mode) ? 0 : S_ISLNK(status.st_mode) ? -ELOOP : -ENOTDIR;
}

static int make_target(const char *path, int tree) {
    struct stat status;
    if (fstat(tree, &status) < 0)
        return -errno;
    return S_ISDIR(status.st_mode) ? minirun_make_directory(path, 0755) : minirun_create_file(path, 0644);
}

int minirun_child_file_operation(struct child *child, const struct minirun_operation *operation) {
    const char *path = operation->path;
    int *slot = operation->slot >= 0 ? &child->slots[operation->slot] : NULL;
    int result;
    switch (operation->code) {
    case MINIRUN_OP_OPEN_TREE:
        *slot = open_tree(
            AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (operation->number ? AT_RECURSIVE : 0u));
        return *slot < 0 ? -errno : 0;
    case MINIRUN_OP_MOVE_MOUNT:
        result = put(*slot, path);
        close(*slot);
        *slot = -1;
        return result;
    case MINIRUN_OP_MOUNT:
        return CHECKED(mount(operation->text, path, operation->text2, operation->number, operation->text3));
    case MINIRUN_OP_SET_ATTRIBUTES: {
        struct mount_attr attributes = {.attr_set = operation->number, .propagation = operation->number3};
        return CHECKED(
            mount_setattr(AT_FDCWD, path, (unsigned int)operation->number2, &attributes, sizeof attributes));
    }
    case MINIRUN_OP_READ_ONLY_PATH:
        return read_only_path(path);
    case MINIRUN_OP_MASK_PATH:
        return mask_path(path);
    case MINIRUN_OP_ENTER_ROOT:
        result = enter_root(*slot);
        close(*slot);
        *slot = -1;
        return result;
    case MINIRUN_OP_DETACH_OLD_ROOT:
        result = CHECKED(umount2(".", MNT_DETACH));
        return result < 0 ? result : CHECKED(chdir("/"));
    case MINIRUN_OP_MAKE_MOUNT_POINT:
        return make_mount_point(path);
    case MINIRUN_OP_MAKE_DIRECTORY:
        return minirun_make_directory(path, (mode_t)operation->number);
    case MINIRUN_OP_MAKE_TARGET:
        return make_target(path, *slot);
    case MINIRUN_OP_CREATE_FILE:
        return minirun_create_file(path, (mode_t)operation->number);
    case MINIRUN_OP_SYMLINK:
        result = CHECKED(symlink(operation->text, path));
        return result == -EEXIST ? 0 : result;
    case MINIRUN_OP_WRITE_FILE:
        return write_file(path, operation->text);
    case MINIRUN_OP_CHDIR:
        result = operation->number ? minirun_make_directory(path, 0755) : 0;
        return result < 0 ? result : CHECKED(chdir(path));
    default:
        return -ENOSYS;
    }
}
