/* Internet sockets where Swift would need casts to sockaddr, and sockets of another network namespace. */
#ifndef MINIRUN_SOCKETS_H
#define MINIRUN_SOCKETS_H
#include "system.h"
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <linux/if_packet.h>

/* The arguments of socket(2), of which close-on-exec is always one. */
struct minirun_socket_wish {
    int family;
    int type;
    int protocol;
};

/* A file of /proc/sys/net, which is that of the network namespace of the thread that opens it, and what is written. */
struct minirun_setting {
    const char *_Nonnull path;
    const char *_Nonnull value;
};

/*
 * Writes `setting_count` settings, of which those that cannot be written stay as they are, and opens `count` sockets in
 * the network namespace that `namespace_descriptor` (an nsfs file) stands for, all in one visit: the thread that goes
 * there costs more than the sockets. results[i] is the socket, or a negative errno.
 *
 * Owner: the caller closes the sockets and the namespace. Returns: 0, or the negative errno of the visit; then there are no
 * results. Between clone and exec: no (it makes a thread).
 */
int minirun_sockets_in(int namespace_descriptor, const struct minirun_setting *_Nullable settings, int setting_count,
                       const struct minirun_socket_wish *_Nonnull wishes, int count, int *_Nonnull results);

/*
 * connect(2) for either family without the cast to sockaddr: `address` holds 4 or 16 bytes in network order, `port` is in
 * host order, `scope` the number of the link for link-local IPv6. Returns 0 or -1 with errno set. Safe between clone and exec.
 */
int minirun_connect(int socket, int family, const unsigned char *_Nonnull address, unsigned short port, unsigned scope);

/* recvfrom(2) on an IPv4 socket, without waiting. Returns the length or -1 with errno set. Safe between clone and exec. */
ssize_t minirun_receive_from(int socket, void *_Nonnull buffer, size_t size, struct sockaddr_in *_Nonnull sender);

/* sendto(2) on an IPv4 socket, without waiting or SIGPIPE. Returns the length or -1 with errno set. Safe likewise. */
ssize_t minirun_send_to(int socket, const void *_Nonnull bytes, size_t size, const struct sockaddr_in *_Nonnull receiver);

/*
 * Opens a close-on-exec packet socket that hears and sends ARP on one link of this thread's network namespace (packet(7));
 * needs CAP_NET_RAW there. Owner: the caller closes it. Returns: the socket (>= 0) or a negative errno. Safe between clone
 * and exec.
 */
static inline int minirun_arp_socket(int link) {
    /* Of no protocol before it is bound: to take it off the others' links again costs the kernel an RCU grace period. */
    int number = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_ll name = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = link};
    if (number < 0) return -errno;
    if (bind(number, (struct sockaddr *)&name, sizeof name) == 0) return number;
    int error = errno;
    close(number);
    return -error;
}

/* Sends bytes as the content of an ARP frame to everybody on a link. Returns the length or -1 with errno set. Safe likewise. */
static inline ssize_t minirun_send_arp(int socket, int link, const void *_Nonnull bytes, size_t size) {
    struct sockaddr_ll name = {.sll_family = AF_PACKET,
                               .sll_protocol = htons(ETH_P_ARP),
                               .sll_ifindex = link,
                               .sll_halen = 6,
                               .sll_addr = {255, 255, 255, 255, 255, 255}};
    return sendto(socket, bytes, size, MSG_DONTWAIT, (struct sockaddr *)&name, sizeof name);
}
#endif
