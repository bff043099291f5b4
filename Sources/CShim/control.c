/* See control.h. */
#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

pid_t minirun_fork(void) {
    pid_t pid = fork();
    return pid < 0 ? -errno : pid;
}

/* A socket, and the short name of `path` by way of its directory's descriptor, which is returned in *directory. */
static int prepare(const char *path, struct sockaddr_un *name, int *directory, int flags) {
    const char *slash = strrchr(path, '/');
    char folder[4096];
    if (!slash || slash == path || (size_t)(slash - path) >= sizeof folder)
        return -EINVAL;
    memcpy(folder, path, (size_t)(slash - path));
    folder[slash - path] = 0;
    *directory = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*directory < 0)
        return -errno;
    *name = (struct sockaddr_un){.sun_family = AF_UNIX};
    int length = snprintf(name->sun_path, sizeof name->sun_path, "/proc/self/fd/%d/%s", *directory, slash + 1);
    int result = length < 0 || (size_t)length >= sizeof name->sun_path ? -ENAMETOOLONG
                                                                       : socket(AF_UNIX, SOCK_SEQPACKET | flags, 0);
    if (result < 0) {
        result = result == -1 ? -errno : result;
        close(*directory);
    }
    return result;
}

static int finish(int socket, int directory, int failed) {
    int result = failed ? -errno : socket;
    if (failed)
        close(socket);
    close(directory);
    return result;
}

int minirun_listen_local(const char *path) {
    struct sockaddr_un name;
    int directory;
    int listener = prepare(path, &name, &directory, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (listener < 0)
        return listener;
    /* The mode of the file comes from that of the socket (net/unix/af_unix.c, unix_bind_bsd). */
    int failed = fchmod(listener, 0600) < 0 || bind(listener, (struct sockaddr *)&name, sizeof name) < 0
        || listen(listener, 64) < 0;
    return finish(listener, directory, failed);
}

int minirun_connect_local(const char *path) {
    struct sockaddr_un name;
    int directory;
    int connection = prepare(path, &name, &directory, SOCK_CLOEXEC);
    if (connection < 0)
        return connection;
    int failed;
    do {
        failed = connect(connection, (struct sockaddr *)&name, sizeof name) < 0;
    } while (failed && errno == EINTR);
    return finish(connection, directory, failed);
}

int minirun_accept(int listener) {
    int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return connection < 0 ? -errno : connection;
}
