/* The child's half, between clone and exec: walks the operations. See minirun_child.h for who speaks when. */
#include "child.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

/* Waits until message `kind` came (0: none) and `slot` is filled (-1: none). The end of file means that the parent is
 * gone, and nothing of the container shall outlive it. */
static int await_message(struct child *child, uint32_t kind, int slot) {
    while ((kind != 0 && !(child->waiting_for & (1u << kind))) || (slot >= 0 && child->slots[slot] < 0)) {
        struct minirun_message message;
        int descriptor;
        int result = minirun_receive(child->channel, &message, &descriptor);
        if (result == 0)
            _exit(125);
        if (result < 0)
            return result;
        if (message.kind == MINIRUN_MESSAGE_DESCRIPTOR) {
            if (message.index < 0 || message.index >= MINIRUN_SLOTS || descriptor < 0)
                return -EPROTO;
            child->slots[message.index] = descriptor;
        } else if (message.kind < 32) {
            child->waiting_for |= 1u << message.kind;
        }
    }
    return 0;
}

static int perform(struct child *child, const struct minirun_operation *operation) {
    if (operation->slot >= MINIRUN_SLOTS)
        return -EMFILE;
    switch (operation->code) {
    case MINIRUN_OP_WAIT:
        return await_message(child, (uint32_t)operation->number, -1);
    case MINIRUN_OP_RECEIVE:
        return await_message(child, 0, operation->slot);
    case MINIRUN_OP_MESSAGE:
        return minirun_send(child->channel, (struct minirun_message){.kind = (uint32_t)operation->number}, -1);
    case MINIRUN_OP_PAUSE:
        /* The parent sees the end of file that an exec would have given it. */
        close(child->channel);
        for (;;)
            pause();
    default:
        break;
    }
    int result = minirun_child_file_operation(child, operation);
    return result == -ENOSYS ? minirun_child_process_operation(child, operation) : result;
}

static int is_passed_over(const struct minirun_operation *operation, int result) {
    return (operation->flags & MINIRUN_OPTIONAL)
        && (result == -ENOENT || result == -ENOTDIR || result == -EACCES || result == -EPERM || result == -EBADF);
}

_Noreturn void minirun_child_run(const struct minirun_spawn *spawn) {
    struct child child = {.channel = spawn->channel[1]};
    for (int i = 0; i < MINIRUN_SLOTS; i++)
        child.slots[i] = -1;
    /* With the parent's end open in here, the end of file would never come. */
    close(spawn->channel[0]);
    /* The parent's handlers and ignored signals are not the command's. */
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < 65; number++)
        sigaction(number, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    umask(0);
    /* Nothing of ours may stand on the channel before the word of the process between, which goes on beside us; the
     * parent's GO comes after that word. */
    if (spawn->join_count > 0 && await_message(&child, MINIRUN_MESSAGE_GO, -1) < 0)
        _exit(125);
    for (size_t i = 0; i < spawn->operation_count; i++) {
        const struct minirun_operation *operation = &spawn->operations[i];
        int result = perform(&child, operation);
        if (result < 0 && !is_passed_over(operation, result)) {
            minirun_send(
                child.channel,
                (struct minirun_message){.kind = MINIRUN_MESSAGE_FAILED, .index = (int32_t)i, .value = -result}, -1);
            _exit(125);
        }
        if (operation->flags & MINIRUN_REPORT)
            minirun_send(
                child.channel, (struct minirun_message){.kind = MINIRUN_MESSAGE_DONE, .index = (int32_t)i}, -1);
    }
    _exit(0);
}
