/* See minirun_child.h. */
#define _GNU_SOURCE
#include "minirun_child.h"

#include <errno.h>

pid_t minirun_spawn(const struct minirun_spawn *spawn, int *pidfd, int *failed_join) {
    (void)spawn; *pidfd = -1; *failed_join = -1;
    return -ENOSYS;
}
int minirun_send(int channel, struct minirun_message message, int descriptor) {
    (void)channel; (void)message; (void)descriptor;
    return -ENOSYS;
}
int minirun_receive(int channel, struct minirun_message *message, int *descriptor) {
    (void)channel; (void)message; *descriptor = -1;
    return -ENOSYS;
}
int minirun_pidfd_signal(int pidfd, int signal) { (void)pidfd; (void)signal; return -ENOSYS; }
int minirun_pidfd_wait(int pidfd, int options, int *code) { (void)pidfd; (void)options; *code = 0; return -ENOSYS; }
