/* The init of a container that asks for one (`--init`): a small pid 1 that passes signals on and reaps. */
#include "child.h"

#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Pid 1 for commands that were not made to be it: passes signals on, reaps, ends as the command ends. */
_Noreturn static void init_loop(pid_t command) {
    sigset_t all;
    sigfillset(&all);
    /* Held open here, the command's pipes would not end with the command. */
    syscall(SYS_close_range, 0, ~0u, 0);
    for (;;) {
        int number = sigwaitinfo(&all, NULL);
        if (number == SIGCHLD) {
            int status;
            pid_t ended;
            while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
                if (ended == command)
                    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
            }
        } else if (number > 0 && number != SIGTTIN && number != SIGTTOU) {
            kill(command, number);
        }
    }
}

int minirun_stay_as_init(void) {
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    /* This process keeps minirun's own program as /proc/1/exe, which nobody inside shall get at (CVE-2019-5736). */
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return -errno;
    pid_t init = getpid();
    struct clone_args arguments = {.exit_signal = SIGCHLD};
    pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid < 0 && errno == ENOSYS) /* container profiles answer so, for its flags are beyond a filter's reach */
        pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (pid < 0)
        return -errno;
    if (pid > 0)
        init_loop(pid);
    if (init != 1)
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    /* With a terminal: the command is what Ctrl-C is for. SIGTTOU is blocked still. */
    pid_t session;
    if (ioctl(0, TIOCGSID, &session) == 0 && setpgid(0, 0) == 0) {
        pid_t group = (pid_t)syscall(SYS_getpid);
        ioctl(0, TIOCSPGRP, &group);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return 0;
}
