#include "netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>
#include <string.h>

struct visit {
    int namespace_descriptor;
    void (*act)(void *);
    void *argument;
    int result;
};

static void *enter(void *argument) {
    struct visit *visit = argument;
    int failed = visit->namespace_descriptor < 0 ? unshare(CLONE_NEWNET)
                                                 : setns(visit->namespace_descriptor, CLONE_NEWNET);
    visit->result = failed ? -errno : 0;
    if (!failed) visit->act(visit->argument);
    return NULL;
}

/* Runs the function on a thread of its own and waits for its end. Returns 0 or a negative errno. */
static int run_on_thread(void *(*function)(void *), void *argument) {
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error != 0) return -error;
    /* Enough for Swift code that reads and writes a few files; the usual 8 MiB would cost a larger mapping. */
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    pthread_t thread;
    error = pthread_create(&thread, &attributes, function, argument);
    pthread_attr_destroy(&attributes);
    if (error != 0) return -error;
    return -pthread_join(thread, NULL);
}

int minirun_in_network_namespace(int namespace_descriptor, void (*act)(void *), void *argument) {
    struct visit visit = {namespace_descriptor, act, argument, -EINVAL};
    int error = run_on_thread(enter, &visit);
    return error != 0 ? error : visit.result;
}

struct opening {
    int family;
    int protocol;
    int result;
};

static void open_socket(void *argument) {
    struct opening *opening = argument;
    int descriptor = socket(opening->family, SOCK_RAW | SOCK_CLOEXEC, opening->protocol);
    opening->result = descriptor < 0 ? -errno : descriptor;
}

static int raw_socket_in(int family, int protocol, int namespace_descriptor) {
    struct opening opening = {family, protocol, -EINVAL};
    /* A negative number would mean a new namespace, which nobody asks for here. */
    if (namespace_descriptor < 0) return -EBADF;
    int error = minirun_in_network_namespace(namespace_descriptor, open_socket, &opening);
    return error != 0 ? error : opening.result;
}

int minirun_netlink_socket_in(int bus, int namespace_descriptor) {
    return raw_socket_in(AF_NETLINK, bus, namespace_descriptor);
}

struct tour {
    int bus;
    const int *namespaces;
    int count;
    int *results;
};

static void *open_on_tour(void *argument) {
    struct tour *tour = argument;
    for (int index = 0; index < tour->count; index++) {
        int descriptor = tour->namespaces[index] < 0 ? (errno = EBADF, -1) : 0;
        if (descriptor == 0) descriptor = setns(tour->namespaces[index], CLONE_NEWNET);
        if (descriptor == 0) descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, tour->bus);
        tour->results[index] = descriptor < 0 ? -errno : descriptor;
    }
    return NULL;
}

int minirun_netlink_sockets_in(int bus, const int *namespace_descriptors, int count, int *results) {
    struct tour tour = {bus, namespace_descriptors, count, results};
    return run_on_thread(open_on_tour, &tour);
}

int minirun_icmp6_socket_in(int namespace_descriptor) {
    return raw_socket_in(AF_INET6, IPPROTO_ICMPV6, namespace_descriptor);
}

static void open_namespace(void *argument) {
    int *result = argument;
    int descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    *result = descriptor < 0 ? -errno : descriptor;
}

int minirun_new_network_namespace(void) {
    int result = -EINVAL;
    int error = minirun_in_network_namespace(-1, open_namespace, &result);
    return error != 0 ? error : result;
}

/* See netlink.h. `close_own` closes the reference that the caller has: before the collector is woken, or it would be the last. */
static void close_aside(int descriptor, void (*close_own)(void *), void *argument) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) != 0) {
        close_own(argument);
        return;
    }
    int travellers[2] = {descriptor, pair[1]};
    char byte = 0;
    union {
        char space[CMSG_SPACE(sizeof travellers)];
        struct cmsghdr header;
    } control = {.header = {.cmsg_len = CMSG_LEN(sizeof travellers), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    memcpy(CMSG_DATA(&control.header), travellers, sizeof travellers);
    struct iovec piece = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    sendmsg(pair[0], &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    close_own(argument);
    /* The queue's owner first: then it is reachable through itself only, and closing its peer wakes the collector. */
    close(pair[1]);
    close(pair[0]);
}

static void close_netlink(void *socket) { mnl_socket_close(socket); }

void minirun_netlink_close_aside(struct mnl_socket *socket) {
    close_aside(mnl_socket_get_fd(socket), close_netlink, socket);
}

static void close_descriptor(void *descriptor) { close(*(int *)descriptor); }

void minirun_close_aside(int descriptor) { close_aside(descriptor, close_descriptor, &descriptor); }
