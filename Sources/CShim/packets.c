/* See packets.h. */
#include "packets.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

int minirun_hear_packets(int socket, int link) {
    int on = 1;
    if (setsockopt(socket, SOL_PACKET, PACKET_AUXDATA, &on, sizeof on) != 0) return -1;
    if (setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) return -1;
    struct sockaddr_ll name = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = link};
    return bind(socket, (struct sockaddr *)&name, sizeof name);
}

ssize_t minirun_take_packet(int socket, void *buffer, size_t size, struct minirun_packet *packet) {
    struct sockaddr_ll from;
    union {
        char space[CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(struct tpacket_auxdata)) + 64];
        struct cmsghdr header;
    } control;
    struct iovec piece = {.iov_base = buffer, .iov_len = size};
    struct msghdr message = {.msg_name = &from,
                             .msg_namelen = sizeof from,
                             .msg_iov = &piece,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t length = recvmsg(socket, &message, MSG_DONTWAIT | MSG_TRUNC);
    if (length < 0) return -1;
    *packet = (struct minirun_packet){.length = (unsigned)length,
                                      .link = from.sll_ifindex,
                                      .protocol = ntohs(from.sll_protocol),
                                      .kind = from.sll_pkttype};
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part != NULL; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec time;
            memcpy(&time, CMSG_DATA(part), sizeof time);
            packet->time = (long long)time.tv_sec * 1000000000 + time.tv_nsec;
        } else if (part->cmsg_level == SOL_PACKET && part->cmsg_type == PACKET_AUXDATA) {
            struct tpacket_auxdata data;
            memcpy(&data, CMSG_DATA(part), sizeof data);
            /* A filter may have cut the packet short before it came here. */
            packet->length = data.tp_len;
            packet->has_tag = (data.tp_status & TP_STATUS_VLAN_VALID) != 0;
            packet->tag = data.tp_vlan_tci;
            packet->tag_protocol = data.tp_status & TP_STATUS_VLAN_TPID_VALID ? data.tp_vlan_tpid : ETH_P_8021Q;
        }
    }
    return length < (ssize_t)size ? length : (ssize_t)size;
}

int minirun_bound_address(int socket, unsigned char *address) {
    struct sockaddr_in6 name;
    socklen_t length = sizeof name;
    if (getsockname(socket, (struct sockaddr *)&name, &length) != 0) return -1;
    if (name.sin6_family == AF_INET) {
        memcpy(address, &((struct sockaddr_in *)&name)->sin_addr, 4);
    } else {
        memcpy(address, &name.sin6_addr, 16);
    }
    return ntohs(name.sin6_port);
}
