#define _GNU_SOURCE
#include "netlink.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>

struct visit {
    int bus;
    int namespace_descriptor;
    int result;
};

static void *open_there(void *argument) {
    struct visit *visit = argument;
    if (setns(visit->namespace_descriptor, CLONE_NEWNET) != 0) {
        visit->result = -errno;
        return NULL;
    }
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, visit->bus);
    visit->result = descriptor < 0 ? -errno : descriptor;
    return NULL;
}

int minirun_netlink_socket_in(int bus, int namespace_descriptor) {
    struct visit visit = {.bus = bus, .namespace_descriptor = namespace_descriptor, .result = -EINVAL};
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error != 0) return -error;
    /* The thread makes two system calls: the usual 8 MiB would only cost page tables. */
    pthread_attr_setstacksize(&attributes, PTHREAD_STACK_MIN + 16384);
    pthread_t thread;
    error = pthread_create(&thread, &attributes, open_there, &visit);
    pthread_attr_destroy(&attributes);
    if (error != 0) return -error;
    error = pthread_join(thread, NULL);
    return error != 0 ? -error : visit.result;
}
