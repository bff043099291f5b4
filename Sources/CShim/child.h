/* What the files of the child program share. Everything here runs between clone and exec: no allocation, no locks. */
#ifndef MINIRUN_CHILD_STATE_H
#define MINIRUN_CHILD_STATE_H
#include "minirun_child.h"

/* A call's answer as an operation's: 0 or a negative errno. */
#define CHECKED(call) ((call) < 0 ? -errno : 0)

struct child {
    int channel;
    int slots[MINIRUN_SLOTS]; /* -1: empty */
    uint32_t waiting_for;     /* kinds of message that came already, one bit each */
};

/* Walks the program; does not return. */
_Noreturn void minirun_child_run(const struct minirun_spawn *spawn);

/* One operation on mounts and files, or on the process. 0 or a negative errno; -ENOSYS when the code is of the other kind. */
int minirun_child_file_operation(struct child *child, const struct minirun_operation *operation);
int minirun_child_process_operation(struct child *child, const struct minirun_operation *operation);

/* Stays behind as pid 1 and does not return there; returns 0 in the child that goes on, or a negative errno. */
int minirun_stay_as_init(void);

/* mkdir -p and an empty file, for both. 0 or a negative errno. */
int minirun_make_directory(const char *path, mode_t mode);
int minirun_create_file(const char *path, mode_t mode);
#endif
