/* See sockets.h. */
#include "sockets.h"
#include "netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct opening {
    const struct minirun_setting *settings;
    int setting_count;
    const struct minirun_socket_wish *wishes;
    int count;
    int *results;
};

static void open_sockets(void *argument) {
    struct opening *opening = argument;
    for (int index = 0; index < opening->setting_count; index++) {
        const struct minirun_setting *setting = &opening->settings[index];
        int file = open(setting->path, O_WRONLY | O_CLOEXEC);
        if (file < 0) continue;
        ssize_t written = write(file, setting->value, strlen(setting->value));
        (void)written;
        close(file);
    }
    for (int index = 0; index < opening->count; index++) {
        const struct minirun_socket_wish *wish = &opening->wishes[index];
        int descriptor = socket(wish->family, wish->type | SOCK_CLOEXEC, wish->protocol);
        opening->results[index] = descriptor < 0 ? -errno : descriptor;
    }
}

int minirun_sockets_in(int namespace_descriptor, const struct minirun_setting *settings, int setting_count,
                       const struct minirun_socket_wish *wishes, int count, int *results) {
    struct opening opening = {settings, setting_count, wishes, count, results};
    /* A negative number would mean a new namespace, which nobody asks for here. */
    if (namespace_descriptor < 0) return -EBADF;
    return minirun_in_network_namespace(namespace_descriptor, open_sockets, &opening);
}

int minirun_connect(int socket, int family, const unsigned char *address, unsigned short port, unsigned scope) {
    if (family == AF_INET) {
        struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
        memcpy(&name.sin_addr, address, sizeof name.sin_addr);
        return connect(socket, (struct sockaddr *)&name, sizeof name);
    }
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_scope_id = scope};
    memcpy(&name.sin6_addr, address, sizeof name.sin6_addr);
    return connect(socket, (struct sockaddr *)&name, sizeof name);
}

ssize_t minirun_receive_from(int socket, void *buffer, size_t size, struct sockaddr_in *sender) {
    socklen_t length = sizeof *sender;
    return recvfrom(socket, buffer, size, MSG_DONTWAIT, (struct sockaddr *)sender, &length);
}

ssize_t minirun_send_to(int socket, const void *bytes, size_t size, const struct sockaddr_in *receiver) {
    return sendto(socket, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)receiver, sizeof *receiver);
}
