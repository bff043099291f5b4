/*
 * The kernel's floor under `minirun run`: what the same container costs when nothing is parsed, planned, recorded or
 * explained. Plain system calls in a straight line, and the network beside the child's mounts as minirun has it.
 *
 *   floor none|host|bridge|publish ROOTFS[:ROOTFS...] MOUNTPOINT
 *
 * Several directories, all of them in one, are stacked, the uppermost first. MOUNTPOINT is any directory, to pivot from;
 * the upper layer is in memory, as with `minirun run --rm`. For bridge and publish the bridge `floor0` (172.31.255.1/24)
 * has to be there, for publish also the map `any4` of the table `inet floor`; bench/run prepares both once, as a first run
 * of minirun does. Exit code: that of /bin/true in ROOTFS, or 125 with a line on stderr.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <libmnl/libmnl.h>
#include <libnftnl/set.h>
#include <libnftnl/common.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/veth.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_ID = 524288, IDS = 65536, PORT = 8080 };

static void check(bool good, const char *what) {
    if (good) return;
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    _exit(125);
}

/* --- the child: mounts, pivot_root, exec --------------------------------------------------------------------------- */

static void bind_mount(const char *from, const char *to) {
    int file = open(to, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    if (file >= 0) close(file);
    check(mount(from, to, NULL, MS_BIND, NULL) == 0, to);
}

static void mount_at(const char *type, const char *to, unsigned long flags, const char *data) {
    mkdir(to, 0755);
    check(mount(type, to, type, flags, data) == 0, to);
}

static void make_dev(void) {
    static const char *const nodes[] = {"null", "zero", "full", "random", "urandom", "tty"};
    char from[32], to[32];
    mount_at("tmpfs", "dev", MS_NOSUID, "mode=755,size=65536k");
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        snprintf(from, sizeof from, "/dev/%s", nodes[i]);
        snprintf(to, sizeof to, "dev/%s", nodes[i]);
        bind_mount(from, to);
    }
    mount_at("devpts", "dev/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620");
    mount_at("mqueue", "dev/mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount_at("tmpfs", "dev/shm", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=65536k");
    symlink("pts/ptmx", "dev/ptmx");
    symlink("/proc/self/fd", "dev/fd");
    symlink("/proc/self/fd/0", "dev/stdin");
    symlink("/proc/self/fd/1", "dev/stdout");
    symlink("/proc/self/fd/2", "dev/stderr");
}

/* The masked and read-only paths that the OCI runtimes have as their default. */
static void hide(void) {
    static const char *const files[] = {
        "proc/kcore", "proc/keys", "proc/latency_stats", "proc/timer_list", "proc/sched_debug"};
    static const char *const folders[] = {"proc/acpi", "proc/scsi", "sys/firmware"};
    static const char *const fixed[] = {"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (mount("dev/null", files[i], NULL, MS_BIND, NULL)) check(errno == ENOENT, files[i]);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (mount("tmpfs", folders[i], "tmpfs", MS_RDONLY, "size=0")) check(errno == ENOENT, folders[i]);
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        if (mount(fixed[i], fixed[i], NULL, MS_BIND | MS_REC, NULL)) {
            check(errno == ENOENT, fixed[i]);
            continue;
        }
        unsigned long flags = MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
        check(mount(NULL, fixed[i], NULL, flags, NULL) == 0, fixed[i]);
    }
}

static int receive(int channel) {
    char byte;
    union {
        char space[CMSG_SPACE(sizeof(int))];
        struct cmsghdr header;
    } control;
    struct iovec piece = {&byte, 1};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    check(recvmsg(channel, &message, MSG_CMSG_CLOEXEC) == 1, "receive the root");
    int descriptor;
    memcpy(&descriptor, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof descriptor);
    return descriptor;
}

static void child(int channel, const char *mountpoint) {
    int root = receive(channel); /* by now the id maps are written */
    check(setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0, "become root inside");
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a change of user clears it */
    check(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "make / private");
    check(syscall(SYS_move_mount, root, "", AT_FDCWD, mountpoint, MOVE_MOUNT_F_EMPTY_PATH) == 0, "move_mount");
    check(chdir(mountpoint) == 0, "chdir");
    mount_at("proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount_at("sysfs", "sys", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL);
    make_dev();
    bind_mount("/etc/hosts", "etc/hosts");
    bind_mount("/etc/hostname", "etc/hostname");
    bind_mount("/etc/resolv.conf", "etc/resolv.conf");
    hide();
    check(syscall(SYS_pivot_root, ".", ".") == 0, "pivot_root");
    check(umount2(".", MNT_DETACH) == 0, "umount the old root");
    check(chdir("/") == 0, "chdir /");
    check(sethostname("floor", 5) == 0, "sethostname");
    char byte;
    check(read(channel, &byte, 1) == 1, "wait for the network");
    char *arguments[] = {"true", NULL}, *environment[] = {"PATH=/bin", NULL};
    execve("/bin/true", arguments, environment);
    check(false, "exec /bin/true");
}

/* --- the parent: id maps, root, network ------------------------------------------------------------------------------ */

static void put(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    check(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text), path);
    close(file);
}

static void write_maps(pid_t pid) {
    char path[64], map[64];
    snprintf(map, sizeof map, "0 %d %d", FIRST_ID, IDS);
    snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
    put(path, map);
    snprintf(path, sizeof path, "/proc/%d/gid_map", pid);
    put(path, map);
}

static int namespace_of(pid_t pid, const char *kind) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, kind);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    check(descriptor >= 0, path);
    return descriptor;
}

/* A layer in memory that no path leads to: it goes away with the container, and nothing has to be removed. */
static int make_layer(uid_t owner) {
    int context = syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);
    check(context >= 0, "fsopen tmpfs");
    check(syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "mode", "0711", 0) == 0, "mode");
    check(syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0, "create tmpfs");
    int layer = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
    check(layer >= 0, "fsmount tmpfs");
    close(context);
    check(mkdirat(layer, "upper", 0755) == 0 && mkdirat(layer, "work", 0755) == 0, "make the upper layer");
    check(fchownat(layer, "upper", owner, owner, 0) == 0 && fchownat(layer, "work", owner, owner, 0) == 0, "chown");
    return layer;
}

static int copy_tree(const char *path, int users) {
    int tree = syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    check(tree >= 0, "open_tree");
    if (users >= 0) {
        struct mount_attr attributes = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = users};
        check(syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0, "idmap");
    }
    return tree;
}

static int make_root(const char *rootfs, int users) {
    char upper[64], work[64], layer[256];
    int memory = make_layer(users >= 0 ? FIRST_ID : 0);
    snprintf(upper, sizeof upper, "/proc/self/fd/%d/upper", memory);
    snprintf(work, sizeof work, "/proc/self/fd/%d/work", memory);
    int overlay = syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC);
    check(overlay >= 0, "fsopen");
    char *rest = strdup(rootfs), *path;
    bool several = strchr(rootfs, ':');
    int lower = copy_tree(several ? dirname(strndup(rootfs, strcspn(rootfs, ":"))) : rootfs, users);
    while ((path = strsep(&rest, ":"))) {
        snprintf(layer, sizeof layer, several ? "/proc/self/fd/%d/%s" : "/proc/self/fd/%d", lower, basename(path));
        const char *key = several ? "lowerdir+" : "lowerdir"; /* the former since Linux 6.5 */
        check(syscall(SYS_fsconfig, overlay, FSCONFIG_SET_STRING, key, layer, 0) == 0, key);
    }
    check(syscall(SYS_fsconfig, overlay, FSCONFIG_SET_STRING, "upperdir", upper, 0) == 0, "upperdir");
    check(syscall(SYS_fsconfig, overlay, FSCONFIG_SET_STRING, "workdir", work, 0) == 0, "workdir");
    /* The layer goes away with the container: without this, unmounting waits for the disk. */
    check(syscall(SYS_fsconfig, overlay, FSCONFIG_SET_FLAG, "volatile", NULL, 0) == 0, "volatile");
    check(syscall(SYS_fsconfig, overlay, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0, "create overlay");
    int root = syscall(SYS_fsmount, overlay, FSMOUNT_CLOEXEC, 0);
    check(root >= 0, "fsmount");
    close(overlay);
    close(memory);
    close(lower);
    return root;
}

static void hand_over(int channel, int descriptor) {
    char byte = 'r';
    union {
        char space[CMSG_SPACE(sizeof(int))];
        struct cmsghdr header;
    } control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
    struct iovec piece = {&byte, 1};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    check(sendmsg(channel, &message, MSG_NOSIGNAL) == 1, "hand over the root");
    close(descriptor);
}

static struct mnl_socket *netlink(int bus) {
    struct mnl_socket *socket = mnl_socket_open2(bus, SOCK_CLOEXEC);
    check(socket && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0, "netlink socket");
    return socket;
}

/* Sends everything in one go and takes one answer for each message that asked for it. */
static void exchange(struct mnl_socket *socket, const void *messages, size_t size, int answers, const char *what) {
    char buffer[8192];
    check(mnl_socket_sendto(socket, messages, size) == (ssize_t)size, what);
    while (answers > 0) {
        ssize_t got = mnl_socket_recvfrom(socket, buffer, sizeof buffer);
        check(got > 0, what);
        int rest = (int)got;
        for (struct nlmsghdr *m = (void *)buffer; mnl_nlmsg_ok(m, rest); m = mnl_nlmsg_next(m, &rest)) {
            if (m->nlmsg_type != NLMSG_ERROR) continue;
            errno = -((struct nlmsgerr *)mnl_nlmsg_get_payload(m))->error;
            check(errno == 0, what);
            answers--;
        }
    }
}

static struct nlmsghdr *begin(char **at, uint16_t type, uint16_t flags) {
    struct nlmsghdr *message = mnl_nlmsg_put_header(*at);
    message->nlmsg_type = type;
    message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    return message;
}

static void finish(char **at, const struct nlmsghdr *message) { *at += MNL_ALIGN(message->nlmsg_len); }

static void put_link(struct nlmsghdr *message, int index, unsigned flags) {
    struct ifinfomsg *link = mnl_nlmsg_put_extra_header(message, sizeof *link);
    link->ifi_index = index;
    link->ifi_flags = link->ifi_change = flags;
}

static void make_veth(struct mnl_socket *host, int net, pid_t pid) {
    char buffer[1024] = {0}, *at = buffer, name[IFNAMSIZ];
    snprintf(name, sizeof name, "fl%d", pid);
    struct nlmsghdr *message = begin(&at, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    put_link(message, 0, IFF_UP);
    mnl_attr_put_strz(message, IFLA_IFNAME, name);
    mnl_attr_put_u32(message, IFLA_MASTER, if_nametoindex("floor0"));
    struct nlattr *information = mnl_attr_nest_start(message, IFLA_LINKINFO);
    mnl_attr_put_strz(message, IFLA_INFO_KIND, "veth");
    struct nlattr *data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
    struct nlattr *peer = mnl_attr_nest_start(message, VETH_INFO_PEER);
    put_link(message, 2, 0); /* the kernel cannot open this end before the other one knows it */
    mnl_attr_put_strz(message, IFLA_IFNAME, "eth0");
    mnl_attr_put_u32(message, IFLA_NET_NS_FD, net);
    mnl_attr_nest_end(message, peer);
    mnl_attr_nest_end(message, data);
    mnl_attr_nest_end(message, information);
    finish(&at, message);
    exchange(host, buffer, at - buffer, 1, "make the veth");
}

static void configure_inside(int net, bool bridge) {
    char buffer[1024] = {0}, *at = buffer;
    int answers = 1;
    check(setns(net, CLONE_NEWNET) == 0, "enter the network namespace");
    struct mnl_socket *inside = netlink(NETLINK_ROUTE);
    struct nlmsghdr *message = begin(&at, RTM_NEWLINK, 0);
    put_link(message, 1, IFF_UP);
    finish(&at, message);
    if (bridge) {
        answers = 4;
        message = begin(&at, RTM_NEWLINK, 0);
        put_link(message, 2, IFF_UP);
        finish(&at, message);
        message = begin(&at, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
        struct ifaddrmsg *address = mnl_nlmsg_put_extra_header(message, sizeof *address);
        *address = (struct ifaddrmsg){.ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = 2};
        mnl_attr_put_u32(message, IFA_LOCAL, inet_addr("172.31.255.2"));
        mnl_attr_put_u32(message, IFA_BROADCAST, inet_addr("172.31.255.255"));
        finish(&at, message);
        message = begin(&at, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
        struct rtmsg *route = mnl_nlmsg_put_extra_header(message, sizeof *route);
        *route = (struct rtmsg){
            .rtm_family = AF_INET, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC, .rtm_type = RTN_UNICAST};
        mnl_attr_put_u32(message, RTA_GATEWAY, inet_addr("172.31.255.1"));
        finish(&at, message);
    }
    exchange(inside, buffer, at - buffer, answers, "configure the container's interface");
    mnl_socket_close(inside);
}

/* One element of the map of published ports: tcp . 8080 : 172.31.255.2 . 80, added or taken out. */
static void element(struct mnl_socket *firewall, bool add) {
    struct { uint8_t protocol, pad[3]; uint16_t port, pad2; } key = {IPPROTO_TCP, {0}, htons(PORT), 0};
    struct { uint32_t address; uint16_t port, pad; } value = {inet_addr("172.31.255.2"), htons(80), 0};
    char buffer[1024] = {0}, *at = buffer;
    struct nftnl_set *set = nftnl_set_alloc();
    struct nftnl_set_elem *entry = nftnl_set_elem_alloc();
    nftnl_set_set_str(set, NFTNL_SET_TABLE, "floor");
    nftnl_set_set_str(set, NFTNL_SET_NAME, "any4");
    nftnl_set_elem_set(entry, NFTNL_SET_ELEM_KEY, &key, sizeof key);
    if (add) nftnl_set_elem_set(entry, NFTNL_SET_ELEM_DATA, &value, sizeof value);
    nftnl_set_elem_add(set, entry);
    finish(&at, nftnl_batch_begin(at, 0));
    int type = add ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM;
    struct nlmsghdr *message = nftnl_nlmsg_build_hdr(at, type, NFPROTO_INET, (add ? NLM_F_CREATE : 0) | NLM_F_ACK, 1);
    nftnl_set_elems_nlmsg_build_payload(message, set);
    finish(&at, message);
    finish(&at, nftnl_batch_end(at, 2));
    exchange(firewall, buffer, at - buffer, 1, add ? "publish the port" : "take the port back");
    nftnl_set_free(set);
}

/*
 * Closing the socket after a deletion would wait 8 to 18 ms for an RCU grace period. In flight in a socket that lies in
 * its own queue, its last reference is the kernel's, which collects both on its own time.
 */
static void close_aside(struct mnl_socket *firewall) {
    int pair[2];
    check(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
    int travellers[2] = {mnl_socket_get_fd(firewall), pair[1]};
    char byte = 0;
    union {
        char space[CMSG_SPACE(sizeof travellers)];
        struct cmsghdr header;
    } control = {.header = {.cmsg_len = CMSG_LEN(sizeof travellers), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    memcpy(CMSG_DATA(&control.header), travellers, sizeof travellers);
    struct iovec piece = {&byte, 1};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    check(sendmsg(pair[0], &message, MSG_NOSIGNAL) == 1, "lend the socket");
    mnl_socket_close(firewall);
    close(pair[1]);
    close(pair[0]);
}

static void reserve(void) {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
    int one = 1, socket_ = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(socket_ >= 0, "socket");
    setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    check(bind(socket_, (struct sockaddr *)&address, sizeof address) == 0 && listen(socket_, 0) == 0, "reserve the port");
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: floor none|host|bridge|publish ROOTFS[:ROOTFS...] MOUNTPOINT\n");
        return 2;
    }
    const char *mode = arguments[1];
    bool host = !strcmp(mode, "host"), publish = !strcmp(mode, "publish"), bridge = publish || !strcmp(mode, "bridge");
    if (publish) reserve();

    int channel[2], pidfd = -1;
    check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) == 0, "socketpair");
    struct clone_args clone = {
        .flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_PIDFD
            | (host ? 0 : CLONE_NEWUSER | CLONE_NEWNET),
        .pidfd = (uintptr_t)&pidfd,
        .exit_signal = SIGCHLD,
    };
    pid_t pid = syscall(SYS_clone3, &clone, sizeof clone);
    check(pid >= 0, "clone3");
    if (pid == 0) {
        close(channel[0]);
        child(channel[1], arguments[3]);
    }
    close(channel[1]);

    int users = -1;
    if (!host) {
        write_maps(pid);
        users = namespace_of(pid, "user");
    }
    hand_over(channel[0], make_root(arguments[2], users));

    struct mnl_socket *firewall = NULL;
    if (!host) {
        int net = namespace_of(pid, "net");
        if (publish) firewall = netlink(NETLINK_NETFILTER);
        if (bridge) {
            struct mnl_socket *link = netlink(NETLINK_ROUTE);
            make_veth(link, net, pid);
            mnl_socket_close(link);
        }
        configure_inside(net, bridge);
        if (publish) element(firewall, true);
    }
    check(write(channel[0], "g", 1) == 1, "release the child");

    siginfo_t end = {0};
    check(waitid(P_PIDFD, pidfd, &end, WEXITED) == 0, "wait");
    if (publish) {
        element(firewall, false);
        close_aside(firewall);
    }
    return end.si_code == CLD_EXITED ? end.si_status : 125;
}
