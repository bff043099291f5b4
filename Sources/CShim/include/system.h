/* System headers that Swift imports through this module. Our own shims lie beside, one header per concern. */
#ifndef MINIRUN_SYSTEM_H
#define MINIRUN_SYSTEM_H
#ifndef _GNU_SOURCE
/* First, as every module sees them: swift-system's C module holds the same types, and the two have to agree. */
#include <sys/select.h>
#include <sys/resource.h>
/* Then with clone, setns, pipe2, environ. glibc's features.h undoes its choices each time it is read. */
#undef _FEATURES_H
#define _GNU_SOURCE
#include <features.h>
#endif
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/random.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#endif
