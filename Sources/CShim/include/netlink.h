/* Netlink: the kernel's own headers and libmnl, and the one place where a network namespace is entered. */
#ifndef MINIRUN_NETLINK_H
#define MINIRUN_NETLINK_H
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

/*
 * Calls `act(argument)` in the network namespace that `namespace_descriptor` (an nsfs file) stands for, or in a new one
 * when it is -1, on a thread made for it, and returns when that thread has ended: setns(2) and unshare(2) move one
 * thread, and Swift's threads are shared by tasks, so none of them may be moved.
 *
 * Owner: the descriptor stays the caller's. Returns: 0, or the negative errno of pthread_create, setns or unshare; then
 * `act` was not called. Between clone and exec: no (it makes a thread).
 */
int minirun_in_network_namespace(int namespace_descriptor, void (*_Nonnull act)(void *_Nullable),
                                 void *_Nullable argument);

/*
 * Opens a close-on-exec netlink socket of the given bus in that namespace.
 *
 * Owner: the caller closes the socket. Returns: the socket (>= 0) or a negative errno. Between clone and exec: no.
 */
int minirun_netlink_socket_in(int bus, int namespace_descriptor);

/*
 * The same in `count` namespaces, by one thread that goes from one to the next: two changes of threads for each are most
 * of what a visit costs on a busy host.
 *
 * Owner: the descriptors stay the caller's, who closes the sockets. Returns: 0, when every one of `results` is a socket
 * (>= 0) or a negative errno; or the negative errno of pthread_create, and `results` is as it was. Between clone and exec:
 * no.
 */
int minirun_netlink_sockets_in(int bus, const int *_Nonnull namespace_descriptors, int count, int *_Nonnull results);

/*
 * Opens a close-on-exec raw ICMPv6 socket in that namespace; the kernel computes the checksums of what it sends
 * (RFC 3542, section 3.1). Needs CAP_NET_RAW there.
 *
 * Owner: the caller closes the socket, which waits for nothing. Returns: the socket (>= 0) or a negative errno. Between
 * clone and exec: no.
 */
int minirun_icmp6_socket_in(int namespace_descriptor);

/*
 * Makes a network namespace with nothing in it but a loopback interface that is down.
 *
 * Owner: the caller closes the nsfs descriptor (close-on-exec), and with it the namespace when nothing else holds it.
 * Returns: the descriptor (>= 0) or a negative errno. Between clone and exec: no.
 */
int minirun_new_network_namespace(void);

/*
 * Closes a socket without waiting for what its closing sets off, and frees it (mnl_socket_close).
 *
 * Closing a netfilter socket after an element was deleted waits until the kernel has freed that element: an RCU grace
 * period, 8 to 18 ms. So the last reference is left to the kernel: it travels in a UNIX socket that lies in its own queue,
 * and the collector of such sockets (unix(7), SCM_RIGHTS) closes both from a kernel thread. Where that cannot be set up,
 * closing takes its time. Owner: the socket is gone afterwards. Between clone and exec: no.
 */
void minirun_netlink_close_aside(struct mnl_socket *_Nonnull socket);

/*
 * The same for any other socket: closing a packet socket waits for a grace period too. Owner: the descriptor is closed
 * afterwards. Between clone and exec: no.
 */
void minirun_close_aside(int descriptor);
#endif
