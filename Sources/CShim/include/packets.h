/* Packet sockets (packet(7)): Swift can import neither the CMSG_* macros nor make the casts to sockaddr. */
#ifndef MINIRUN_PACKETS_H
#define MINIRUN_PACKETS_H
#include "system.h"
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

/* What the kernel says of a packet besides its bytes. */
struct minirun_packet {
    long long time;          /* nanoseconds since 1970 */
    unsigned length;         /* on the wire, without a VLAN's tag that was taken off */
    int link;                /* the interface's number */
    unsigned short protocol; /* ETH_P_*, in host order */
    unsigned char kind;      /* PACKET_HOST ... PACKET_OUTGOING */
    unsigned char has_tag;   /* whether tag and tag_protocol mean anything */
    unsigned short tag;      /* the VLAN's tag that was taken off (TCI) */
    unsigned short tag_protocol;
};

/*
 * Makes a packet socket that was opened with protocol 0 hear everything, of one interface or, with 0, of all, with the
 * time of each packet and the tag of its VLAN. Owner: the socket stays the caller's. Returns 0 or -1 with errno set.
 */
int minirun_hear_packets(int socket, int link);

/*
 * Takes one packet without waiting; of a longer one the beginning. Returns the number of bytes in the buffer or -1 with
 * errno set.
 */
ssize_t minirun_take_packet(int socket, void *_Nonnull buffer, size_t size, struct minirun_packet *_Nonnull packet);

/* The port that a socket is bound to, and its address as 4 or 16 bytes. Returns the port in host order, or -1. */
int minirun_bound_address(int socket, unsigned char *_Nonnull address);
#endif
