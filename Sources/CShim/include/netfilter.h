/* Netfilter as netlink shows it: libnftnl, the kernel's own headers, and what a port reservation needs. */
#ifndef MINIRUN_NETFILTER_H
#define MINIRUN_NETFILTER_H
#include "system.h"
#include <linux/filter.h>
#include <linux/inet_diag.h>
#include <linux/ip.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <libnftnl/batch.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>

/* SO_* of asm/socket.h are macros of macros that Swift cannot import everywhere. */
enum {
    MINIRUN_SO_MARK = SO_MARK,
    MINIRUN_SO_ATTACH_FILTER = SO_ATTACH_FILTER,
};

/*
 * Makes a socket take nothing: every packet that reaches it is dropped by a classic BPF program of one instruction.
 * In C because the program holds a pointer into itself. Owner: the socket stays the caller's. Returns 0 or -1 with
 * errno set. Safe between clone and exec.
 */
static inline int minirun_drop_everything(int socket) {
    struct sock_filter nothing = {BPF_RET | BPF_K, 0, 0, 0};
    struct sock_fprog program = {1, &nothing};
    return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

/*
 * Lets a socket that joins NFNLGRP_NFTABLES hear only of what is deleted besides elements: the first message of a packet is
 * looked at (a packet that tells of a deleted table begins with what was in it). nlmsg_type lies 4 bytes into the packet in
 * the host's order, which classic BPF reads in network order. Returns 0 or -1 with errno set. Not between clone and exec.
 */
static inline int minirun_hear_of_deleted_rules(int socket) {
#define NFT_TYPE(message) htons((NFNL_SUBSYS_NFTABLES << 8) | (message))
    struct sock_filter deleted[] = {
        {BPF_LD | BPF_H | BPF_ABS, 0, 0, 4},
        {BPF_JMP | BPF_JEQ | BPF_K, 5, 0, NFT_TYPE(NFT_MSG_DELTABLE)},
        {BPF_JMP | BPF_JEQ | BPF_K, 4, 0, NFT_TYPE(NFT_MSG_DELCHAIN)},
        {BPF_JMP | BPF_JEQ | BPF_K, 3, 0, NFT_TYPE(NFT_MSG_DELRULE)},
        {BPF_JMP | BPF_JEQ | BPF_K, 2, 0, NFT_TYPE(NFT_MSG_DELSET)},
        {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, NFT_TYPE(NFT_MSG_DELFLOWTABLE)},
        {BPF_RET | BPF_K, 0, 0, 0},
        {BPF_RET | BPF_K, 0, 0, 0xffffffff},
    };
#undef NFT_TYPE
    struct sock_fprog program = {sizeof deleted / sizeof *deleted, deleted};
    return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

/*
 * bind(2) for either family without the cast to sockaddr: `address` holds 4 or 16 bytes in network order, `port` is in
 * host order. Returns 0 or -1 with errno set. Safe between clone and exec.
 */
static inline int minirun_bind(int socket, int family, const unsigned char *_Nonnull address, unsigned short port) {
    if (family == AF_INET) {
        struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
        memcpy(&name.sin_addr, address, sizeof name.sin_addr);
        return bind(socket, (struct sockaddr *)&name, sizeof name);
    }
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    memcpy(&name.sin6_addr, address, sizeof name.sin6_addr);
    return bind(socket, (struct sockaddr *)&name, sizeof name);
}

/* The port that a socket is bound to, in host order (0: none), or -1 with errno set. Safe between clone and exec. */
static inline int minirun_bound_port(int socket) {
    struct sockaddr_in6 name; /* the port lies in the same place for both families */
    socklen_t length = sizeof name;
    if (getsockname(socket, (struct sockaddr *)&name, &length) != 0) return -1;
    return ntohs(name.sin6_port);
}
#endif
