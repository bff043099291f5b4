/* See minirun_mount.h. */
#include "minirun_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int minirun_open_tree(int directory, const char *path, int recursive) {
    unsigned int flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (recursive ? AT_RECURSIVE : 0);
    int tree = open_tree(directory, path, flags);
    return tree < 0 ? -errno : tree;
}

int minirun_tree_attributes(int tree, uint64_t set, uint64_t propagation, int user_namespace, int recursive) {
    struct mount_attr attributes = {.attr_set = set, .propagation = propagation};
    if (user_namespace >= 0) {
        attributes.attr_set |= MOUNT_ATTR_IDMAP;
        attributes.userns_fd = (uint64_t)user_namespace;
    }
    unsigned int flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
    return mount_setattr(tree, "", flags, &attributes, sizeof attributes) < 0 ? -errno : 0;
}

int minirun_fsopen(const char *type) {
    int context = fsopen(type, FSOPEN_CLOEXEC);
    return context < 0 ? -errno : context;
}

int minirun_fsconfig_string(int context, const char *key, const char *value) {
    int result = value ? fsconfig(context, FSCONFIG_SET_STRING, key, value, 0)
                       : fsconfig(context, FSCONFIG_SET_FLAG, key, NULL, 0);
    return result < 0 ? -errno : 0;
}

int minirun_fsmount(int context, uint32_t attributes) {
    if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return -errno;
    int tree = fsmount(context, FSMOUNT_CLOEXEC, attributes);
    return tree < 0 ? -errno : tree;
}

int minirun_move_mount(int tree, const char *target) {
    return move_mount(tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH) < 0 ? -errno : 0;
}

long minirun_fs_message(int context, char *buffer, unsigned long size) {
    ssize_t length = read(context, buffer, size);
    return length < 0 ? 0 : length;
}
