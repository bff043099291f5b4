/* Netlink: the kernel's own headers and libmnl, and the one place where a socket is opened in another namespace. */
#ifndef MINIRUN_NETLINK_H
#define MINIRUN_NETLINK_H
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

/*
 * Opens a close-on-exec netlink socket of the given bus in the network namespace that `namespace_descriptor` (an nsfs
 * file) stands for, on a thread made for it that ends afterwards: setns(2) moves one thread, and Swift's threads are
 * shared by tasks, so none of them may be moved.
 *
 * Owner: the caller closes the socket; the namespace's descriptor stays the caller's.
 * Returns: the socket (>= 0) or a negative errno.
 * Between clone and exec: no (it makes a thread).
 */
int minirun_netlink_socket_in(int bus, int namespace_descriptor);
#endif
