#include "confinement.h"
#include <sys/utsname.h>

/* Here and not inline: with _GNU_SOURCE, Swift's own module of libc has another view of struct utsname. */
void minirun_kernel_release(char buffer[65]) {
    struct utsname system;
    if (uname(&system) == 0)
        memcpy(buffer, system.release, sizeof system.release);
    else
        buffer[0] = 0;
}
