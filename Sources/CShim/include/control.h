/* Local sockets and processes of minirun's own: what Swift cannot say because of casts, or refuses to import. */
#ifndef MINIRUN_CONTROL_H
#define MINIRUN_CONTROL_H
#include "system.h"
#include <sys/socket.h>

/* fork(2), which Swift hides because a copy of a process with several threads has only one of them. To be called only
 * while the process has no other thread: nothing is done here about locks that these might hold. Returns the pid, 0 in the
 * child, or a negative errno. */
pid_t minirun_fork(void);

/*
 * Listens on a new local socket (SOCK_SEQPACKET) at `path`, which may be longer than sockaddr_un allows: its directory is
 * opened and the socket named by way of /proc/self/fd. The file's mode is 0600. Owner: the caller closes the socket
 * (close-on-exec, non-blocking). Returns the socket, or a negative errno.
 */
int minirun_listen_local(const char *_Nonnull path);

/* Connects to such a socket. Owner: the caller closes it (close-on-exec). Returns the socket, or a negative errno. */
int minirun_connect_local(const char *_Nonnull path);

/* accept4(2), close-on-exec and non-blocking. Returns the connection, or a negative errno. */
int minirun_accept(int listener);
#endif
