/*
 * The traffic that bench/network measures: connections, streams of bytes, questions about names. One static binary, so
 * that the same code runs in containers of every kind, in bare network namespaces and on the host.
 *
 *   traffic serve PORT                             one connection after the other; the client's first byte is its wish
 *   traffic connect ADDRESS PORT COUNT             prints the microseconds of each connect(2), a line each
 *   traffic send ADDRESS PORT MILLISECONDS         prints the megabits per second that arrived at the server
 *   traffic take ADDRESS PORT MILLISECONDS         the same in the other direction
 *   traffic ask NAMES OUTSTANDING MILLISECONDS     asks the first server of resolv.conf for n0, n1 ... and prints
 *                                                  SERVER ANSWERS-PER-SECOND MEDIAN-MICROSECONDS LOST
 *
 * Exit code: 0, or 1 with a line on stderr.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WARM = 5, PIECE = 128 * 1024, SLOTS = 64, SAMPLES = 1 << 20, PATIENCE = 500 };

static char piece[PIECE];

static void check(bool good, const char *what) {
    if (good) return;
    fprintf(stderr, "traffic: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

/* --- connections -------------------------------------------------------------------------------------------------- */

/* Nobody waits longer than a broken path deserves. */
static int make_socket(int kind) {
    struct timeval limit = {.tv_sec = 5};
    int descriptor = socket(AF_INET, kind | SOCK_CLOEXEC, 0);
    check(descriptor >= 0, "socket");
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return descriptor;
}

static struct sockaddr_in target(const char *address, const char *port) {
    struct sockaddr_in target = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    errno = EINVAL;
    check(inet_pton(AF_INET, address, &target.sin_addr) == 1, address);
    return target;
}

static int open_connection(const struct sockaddr_in *target) {
    int descriptor = make_socket(SOCK_STREAM);
    check(connect(descriptor, (const struct sockaddr *)target, sizeof *target) == 0, "connect");
    return descriptor;
}

static void connect_often(const struct sockaddr_in *target, int count) {
    for (int i = -WARM; i < count; i++) {
        int descriptor = make_socket(SOCK_STREAM);
        double start = now();
        check(connect(descriptor, (const struct sockaddr *)target, sizeof *target) == 0, "connect");
        double taken = now() - start;
        if (i >= 0) printf("%.1f\n", taken);
        /* The server has closed before the next one is timed; by a reset no port is kept in TIME_WAIT. */
        struct linger reset = {1, 0};
        char byte;
        shutdown(descriptor, SHUT_WR);
        check(read(descriptor, &byte, 1) == 0, "wait for the server's end");
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(descriptor);
    }
}

/* --- streams ------------------------------------------------------------------------------------------------------ */

static bool push(int descriptor, double microseconds) {
    for (double end = now() + microseconds; now() < end;)
        if (send(descriptor, piece, sizeof piece, MSG_NOSIGNAL) <= 0) return false;
    return shutdown(descriptor, SHUT_WR) == 0;
}

/* All bytes up to the sender's end. */
static int64_t drain(int descriptor) {
    int64_t total = 0;
    ssize_t got;
    while ((got = read(descriptor, piece, sizeof piece)) > 0) total += got;
    return got < 0 ? -1 : total;
}

static void stream(const struct sockaddr_in *target, char direction, uint32_t milliseconds) {
    int descriptor = open_connection(target);
    char request[1 + sizeof milliseconds] = {direction};
    int64_t total = 0;
    memcpy(request + 1, &milliseconds, sizeof milliseconds);
    double start = now();
    check(write(descriptor, request, sizeof request) == sizeof request, "ask for a stream");
    if (direction == 's') {
        check(push(descriptor, milliseconds * 1e3), "send");
        check(recv(descriptor, &total, sizeof total, MSG_WAITALL) == sizeof total, "learn how much arrived");
    } else {
        total = drain(descriptor);
    }
    double taken = now() - start;
    check(total > 0, "stream");
    printf("%.0f\n", (double)total * 8 / taken);
    close(descriptor);
}

static void serve(const char *port) {
    struct sockaddr_in own = target("0.0.0.0", port);
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(listener >= 0, "socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    check(bind(listener, (struct sockaddr *)&own, sizeof own) == 0 && listen(listener, 128) == 0, "listen");
    for (;;) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0) continue;
        char request[5];
        uint32_t milliseconds;
        /* Somebody who only connects ends without a word. */
        if (recv(client, request, sizeof request, MSG_WAITALL) == sizeof request) {
            memcpy(&milliseconds, request + 1, sizeof milliseconds);
            if (request[0] == 's') {
                int64_t total = drain(client);
                if (send(client, &total, sizeof total, MSG_NOSIGNAL) < 0) perror("traffic: answer");
            } else {
                push(client, milliseconds * 1e3);
            }
        }
        close(client);
    }
}

/* --- names -------------------------------------------------------------------------------------------------------- */

static struct sockaddr_in name_server(char text[64]) {
    FILE *file = fopen("/etc/resolv.conf", "r");
    char line[256];
    check(file, "/etc/resolv.conf");
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "nameserver %63s", text) == 1) {
            fclose(file);
            return target(text, "53");
        }
    errno = ENOENT;
    check(false, "a nameserver in /etc/resolv.conf");
    exit(1);
}

/* RFC 1035, section 4: a header, one question for the address (A, IN) of a name of one label. */
static size_t question(uint8_t *packet, uint16_t id, int name) {
    const uint8_t header[12] = {id >> 8, id & 0xff, 1 /* recursion desired */, 0, 0, 1};
    memcpy(packet, header, sizeof header);
    int length = sprintf((char *)packet + 13, "n%d", name);
    packet[12] = (uint8_t)length;
    const uint8_t rest[5] = {0, 0, 1, 0, 1};
    memcpy(packet + 13 + length, rest, sizeof rest);
    return 13 + (size_t)length + sizeof rest;
}

static int by_size(const void *one, const void *other) {
    float a = *(const float *)one, b = *(const float *)other;
    return (a > b) - (a < b);
}

/* The questions on their way. An id names the slot and the turn: a late answer is not taken for another's. */
static struct { uint16_t id; double sent; } slots[SLOTS];

static void post(int descriptor, int slot, int names) {
    static unsigned count;
    uint8_t packet[64];
    size_t size = question(packet, (uint16_t)(count * SLOTS + (unsigned)slot), (int)(count % (unsigned)names));
    slots[slot].id = (uint16_t)(count++ * SLOTS + (unsigned)slot);
    slots[slot].sent = now();
    check(send(descriptor, packet, size, 0) == (ssize_t)size, "ask");
}

static void ask(int names, int outstanding, double milliseconds) {
    static float samples[SAMPLES];
    char server[64];
    struct sockaddr_in address = name_server(server);
    int descriptor = make_socket(SOCK_DGRAM);
    long answers = 0, lost = 0;
    uint8_t packet[512];
    check(outstanding <= SLOTS && names > 0, "at most 64 questions at once");
    check(connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0, server);
    double start = now(), end = start + milliseconds * 1e3;
    for (int slot = 0; slot < outstanding; slot++) post(descriptor, slot, names);
    while (now() < end) {
        struct pollfd waiting = {descriptor, POLLIN, 0};
        if (poll(&waiting, 1, PATIENCE) == 0) {
            lost += outstanding;
            for (int slot = 0; slot < outstanding; slot++) post(descriptor, slot, names);
            continue;
        }
        ssize_t got = recv(descriptor, packet, sizeof packet, 0);
        check(got >= 12, "answer");
        uint16_t id = (uint16_t)(packet[0] << 8 | packet[1]);
        int slot = id % SLOTS;
        if (slot >= outstanding || slots[slot].id != id) continue;
        /* Response, no error, at least one answer: anything else would be a quick way of not answering. */
        if (!(packet[2] & 0x80) || (packet[3] & 0x0f) || !(packet[6] | packet[7])) {
            fprintf(stderr, "traffic: %s: response code %d, %d answers\n", server, packet[3] & 0x0f, packet[7]);
            exit(1);
        }
        if (answers < SAMPLES) samples[answers] = (float)(now() - slots[slot].sent);
        answers++;
        post(descriptor, slot, names);
    }
    double taken = now() - start;
    errno = ETIMEDOUT;
    check(answers > 0, server);
    long kept = answers < SAMPLES ? answers : SAMPLES;
    qsort(samples, (size_t)kept, sizeof *samples, by_size);
    printf("%s %.0f %.1f %ld\n", server, answers * 1e6 / taken, samples[kept / 2], lost);
}

int main(int count, char **words) {
    signal(SIGPIPE, SIG_IGN);
    if (count == 3 && !strcmp(words[1], "serve")) {
        serve(words[2]);
    } else if (count == 5 && !strcmp(words[1], "ask")) {
        ask(atoi(words[2]), atoi(words[3]), atof(words[4]));
    } else if (count == 5) {
        struct sockaddr_in address = target(words[2], words[3]);
        if (!strcmp(words[1], "connect"))
            connect_often(&address, atoi(words[4]));
        else
            stream(&address, words[1][0], (uint32_t)atoi(words[4]));
    } else {
        fprintf(stderr, "usage: traffic serve|connect|send|take|ask ...\n");
        return 2;
    }
    return 0;
}
