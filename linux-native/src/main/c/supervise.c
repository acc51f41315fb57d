/* A supervisor's loop: reap the container, keep its log, carry its published ports, end it when the JVM is gone. */
#include "launcher.h"

#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/poll.h>
#include <linux/socket.h>
#include <linux/wait.h>

#define MSG_DONTWAIT 0x40
#define MSG_NOSIGNAL 0x4000
#define SIGKILL 9
#define CLD_EXITED 1
#define CLOCK_REALTIME 0
#define CHUNK 16384 /* what is read of stdout at once, and the longest piece of a line in the log */
#define PIECE_OVERHEAD 64
#define AF_INET 2
#define AF_INET6 10
#define SOCK_STREAM_NONBLOCK_CLOEXEC (1 | 04000 | 02000000)
#define SOL_SOCKET 1
#define SO_ERROR 4
#define SHUT_WR 1
#define CONNECTIONS 256
#define WINDOW 65536 /* the size of a pipe, and so the most that one direction holds */
#define ROUNDS 16 /* of a connection at a time: the others, the log and the JVM's orders wait meanwhile */

struct log {
    s32 directory, file;
    u64 written, limit;
    u32 generation, kept;
    u8 torn; /* the last write was cut short: what comes next begins a line of its own */
};

/* One direction of a connection: bytes go from a socket through a pipe to the other socket, and never through us. */
struct flow {
    s32 pipe[2];
    u32 held; /* bytes in the pipe */
    u8 ended; /* the source has no more */
    u8 done;  /* and the sink knows */
};

struct connection {
    s32 side[2]; /* 0: who called; 1: the container */
    struct flow flow[2]; /* flow[i] reads from side[i] */
    u16 port;
    u8 family; /* of the attempt under way; 0: connected */
};

static struct connection connections[CONNECTIONS];
static u32 connected;
static u32 most = CONNECTIONS; /* fewer while descriptors are short */
static struct log journal;
static char chunk[CHUNK];
static char composed[2 * CHUNK];

/* ---- the log: "seconds.nanoseconds stream F text\n"; P instead of F when the line goes on in the next piece ---- */

static char *put_number(char *to, u64 number, int digits) {
    char reversed[20];
    int length = 0;
    do reversed[length++] = (char)('0' + number % 10);
    while ((number /= 10) || length < digits);
    while (length) *to++ = reversed[--length];
    return to;
}

static char *put_text(char *to, const char *text) {
    while (*text) *to++ = *text++;
    return to;
}

/* Where it fails, for want of space or descriptors, the file before it stays, and the next line tries again. */
static s64 begin_generation(u32 generation) {
    char name[16];
    if (generation >= journal.kept) {
        *put_number(put_text(name, "log."), generation - journal.kept, 1) = 0;
        SYS3(__NR_unlinkat, journal.directory, name, 0);
    }
    *put_number(put_text(name, "log."), generation, 1) = 0;
    u64 flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
    s64 file = SYS4(__NR_openat, journal.directory, name, flags, 0600);
    if (file < 0) return file;
    if (journal.file >= 0) SYS1(__NR_close, journal.file);
    journal.file = (s32)file;
    journal.generation = generation;
    journal.written = 0;
    journal.torn = 0;
    return 0;
}

/* A full disk loses output; it does not stop the container. */
static void append(const char *from, u64 length) {
    if (journal.torn && SYS3(__NR_write, journal.file, "\n", 1) != 1) return;
    journal.torn = 0;
    for (u8 part = 0; length; part = 1) {
        s64 written = SYS3(__NR_write, journal.file, from, length);
        if (written == -EINTR) continue;
        if (written <= 0) {
            journal.torn = part;
            return;
        }
        from += written;
        length -= (u64)written;
        journal.written += (u64)written;
    }
}

static void keep(const char *stream, const char *text, u64 length) {
    if (journal.written >= journal.limit && begin_generation(journal.generation + 1) < 0) return;
    struct { s64 seconds, nanoseconds; } now;
    SYS2(__NR_clock_gettime, CLOCK_REALTIME, &now);
    char *to = composed;
    for (u64 start = 0; start < length;) {
        u64 end = start;
        while (end < length && text[end] != '\n') end++;
        if ((u64)(to - composed) + (end - start) + PIECE_OVERHEAD > sizeof composed) {
            append(composed, (u64)(to - composed));
            to = composed;
        }
        to = put_number(to, (u64)now.seconds, 1);
        *to++ = '.';
        to = put_number(to, (u64)now.nanoseconds, 9);
        to = put_text(to, stream);
        to = put_text(to, end < length ? " F " : " P ");
        while (start < end) *to++ = text[start++];
        *to++ = '\n';
        start = end + 1;
    }
    append(composed, (u64)(to - composed));
    struct report said = {LOGGED, 0, journal.generation};
    SYS6(__NR_sendto, CONTROL, &said, sizeof said, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
}

/* Takes what one of the two pipes has; closes it at its end. It may have nothing: the container can read its own output
 * through /proc/self/fd/1, and what has been there when we were woken is gone then. */
static void pump(s32 *from, const char *stream) {
    s64 length = SYS3(__NR_read, *from, chunk, sizeof chunk);
    if (length > 0) {
        keep(stream, chunk, (u64)length);
    } else if (length != -EAGAIN && length != -EINTR) {
        SYS1(__NR_close, *from);
        *from = -1;
    }
}

static void drain(s32 *from, const char *stream) {
    while (*from >= 0) {
        struct pollfd ready = {*from, POLLIN, 0};
        u64 at_once[2] = {0, 0};
        if (SYS5(__NR_ppoll, &ready, 1, at_once, 0, 0) != 1) return;
        pump(from, stream);
    }
}

/* ---- published ports ---- */

static void end_connection(struct connection *it) {
    for (int i = 0; i < 2; i++) {
        if (it->side[i] >= 0) SYS1(__NR_close, it->side[i]);
        for (int k = 0; k < 2; k++)
            if (it->flow[i].pipe[k] >= 0) SYS1(__NR_close, it->flow[i].pipe[k]);
    }
    *it = connections[--connected];
    most = CONNECTIONS;
}

/* We live in the container's network namespace: a socket made here is one of its own. False: there is nobody. */
static int call_container(struct connection *it, u8 family) {
    struct { u16 family, port; u8 rest[24]; } address = {family, (u16)(it->port << 8 | it->port >> 8), {0}};
    if (family == AF_INET)
        address.rest[0] = 127, address.rest[3] = 1;
    else
        address.rest[4 + 15] = 1; /* after the flow information: ::1 */
    if (it->side[1] >= 0) SYS1(__NR_close, it->side[1]);
    it->family = family;
    it->side[1] = (s32)SYS3(__NR_socket, family, SOCK_STREAM_NONBLOCK_CLOEXEC, 0);
    s64 result = SYS3(__NR_connect, it->side[1], &address, family == AF_INET ? 16 : 28);
    if (result == 0) it->family = 0;
    return result == 0 || result == -EINPROGRESS;
}

/* All that a connection needs is got before the caller is taken: one who cannot be carried waits in the backlog until another
 * connection has ended, or a second is over. */
static void answer(s32 listener, u16 port) {
    struct connection *it = &connections[connected++];
    *it = (struct connection){{-1, -1}, {{{-1, -1}, 0, 0, 0}, {{-1, -1}, 0, 0, 0}}, port, 0};
    s64 result = SYS2(__NR_pipe2, it->flow[0].pipe, O_NONBLOCK | O_CLOEXEC);
    if (result >= 0) result = SYS2(__NR_pipe2, it->flow[1].pipe, O_NONBLOCK | O_CLOEXEC);
    if (result >= 0) it->side[1] = (s32)(result = SYS3(__NR_socket, AF_INET, SOCK_STREAM_NONBLOCK_CLOEXEC, 0));
    if (result >= 0) it->side[0] = (s32)(result = SYS4(__NR_accept4, listener, 0, 0, SOCK_STREAM_NONBLOCK_CLOEXEC & ~1));
    if (result >= 0 && (call_container(it, AF_INET) || call_container(it, AF_INET6))) return;
    end_connection(it);
    if (result == -EMFILE || result == -ENFILE || result == -ENOMEM || result == -ENOBUFS) most = connected;
}

/* Whether the call that was under way has been taken; a refused one is tried once more over IPv6. -1: nobody there. */
static int finish_call(struct connection *it) {
    u32 error = 0, size = sizeof error;
    SYS5(__NR_getsockopt, it->side[1], SOL_SOCKET, SO_ERROR, &error, &size);
    if (!error) {
        it->family = 0;
        return 1;
    }
    return it->family == AF_INET && call_container(it, AF_INET6) ? 0 : -1;
}

/* Moves what can be moved in one direction; false when the connection is broken. */
static int move(struct connection *it, int i) {
    struct flow *flow = &it->flow[i];
    u64 how = 1 | 2; /* SPLICE_F_MOVE | SPLICE_F_NONBLOCK */
    for (int rounds = ROUNDS, again = 1; again && rounds--;) {
        again = 0;
        if (!flow->ended && !flow->held) {
            s64 got = SYS6(__NR_splice, it->side[i], 0, flow->pipe[1], 0, WINDOW, how);
            if (got == 0) flow->ended = 1;
            if (got < 0 && got != -EAGAIN && got != -EINTR) return 0;
            if (got > 0) flow->held = (u32)got;
        }
        if (flow->held) {
            s64 gone = SYS6(__NR_splice, flow->pipe[0], 0, it->side[!i], 0, flow->held, how);
            if (gone < 0 && gone != -EAGAIN && gone != -EINTR) return 0;
            if (gone > 0) flow->held -= (u32)gone, again = !flow->held;
        }
        if (flow->ended && !flow->held && !flow->done) {
            flow->done = 1;
            SYS2(__NR_shutdown, it->side[!i], SHUT_WR);
        }
    }
    return 1;
}

/* What to wait for: a call to be taken, else in each direction room to write what is held, or more to read. */
static int add_connection(const struct connection *it, struct pollfd *to) {
    if (it->family) {
        to[0] = (struct pollfd){it->side[1], POLLOUT, 0};
        to[1] = (struct pollfd){-1, 0, 0};
        return 2;
    }
    for (int i = 0; i < 2; i++)
        to[i] = it->flow[i].done   ? (struct pollfd){-1, 0, 0}
                : it->flow[i].held ? (struct pollfd){it->side[!i], POLLOUT, 0}
                                   : (struct pollfd){it->side[i], POLLIN, 0};
    return 2;
}

static void serve_connection(struct connection *it, const struct pollfd *ready) {
    if (!ready[0].revents && !ready[1].revents) return;
    if (it->family) {
        int taken = finish_call(it);
        if (taken < 0) end_connection(it);
        return;
    }
    if (!move(it, 0) || !move(it, 1) || (it->flow[0].done && it->flow[1].done)) end_connection(it);
}

/* ---- the end of the container ---- */

/* Both memory.events and memory.oom_control have a line "oom_kill 0". */
static s64 killed_for_memory(u32 number) {
    static const char key[] = "oom_kill ";
    char text[512];
    u64 matched = 0;
    s64 length = SYS4(__NR_pread64, value_of(number), text, sizeof text, 0);
    for (s64 at = 0; at < length; at++) {
        if (matched == sizeof key - 1) return text[at] != '0';
        matched = text[at] == key[matched] ? matched + 1 : text[at] == key[0];
    }
    return 0;
}

/* "exited 3\n" or "signaled 9\n" or "signaled 9 oom\n", on the disk before we go: a later JVM must find out how a container
 * ended. */
static void record_exit(s32 directory, s32 code, s32 status, s64 oom) {
    char text[32];
    char *end = put_number(put_text(text, code == CLD_EXITED ? "exited " : "signaled "), (u64)(u32)status, 1);
    if (oom) end = put_text(end, " oom");
    *end++ = '\n';
    u64 flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
    s64 file = SYS4(__NR_openat, directory, "exit.new", flags, 0600);
    if (file < 0 || SYS3(__NR_write, file, text, end - text) != end - text || SYS1(__NR_fsync, file) < 0) return;
    SYS1(__NR_close, file);
    SYS5(__NR_renameat2, directory, "exit.new", directory, "exit", 0);
    SYS1(__NR_fsync, directory);
}

static void wait_for_end(u32 pidfd, s32 *code, s32 *status) {
    struct { s32 signal, error, code, unused, pid, uid, status, rest[25]; } end = {0};
    while (SYS5(__NR_waitid, 3 /* P_PIDFD */, pidfd, &end, WEXITED, 0) == -EINTR) continue;
    *code = end.code;
    *status = end.status;
}

/* ---- the loop ---- */

/* How the start went: the child says STARTED just before execve(2), and only the end of the pipe after it proves it, for
 * a failure would come behind. An end without it is an early death, which the exit will tell. */
static void hear_start(const struct watch *watch, s32 *pipe, int *ready) {
    struct report heard;
    s64 length = SYS3(__NR_read, *pipe, &heard, sizeof heard);
    if (length == sizeof heard && heard.kind == STARTED) {
        *ready = 1;
        return;
    }
    if (length == sizeof heard)
        report(heard.kind, heard.line, heard.value);
    else if (length == 0 && *ready)
        report(STARTED, 0, (s64)value_of(watch->pid));
    SYS1(__NR_close, *pipe);
    *pipe = -1;
}

/* False when there is nothing more to hear: that is the JVM's end, however it came to it, and the container's. */
static int obey(const struct watch *watch, u32 pidfd) {
    struct order order;
    s32 sent[MAX_DESCRIPTORS];
    u32 count;
    s64 length = receive(&order, sizeof order, MSG_DONTWAIT, sent, &count);
    if (length == -EAGAIN || length == -EINTR) return 1;
    if (length == sizeof order && order.kind == FORK) {
        if (count) fork_agent(sent[0], (s32)pidfd); /* else there was no descriptor free for it: it is closed, which tells */
    } else {
        u32 signal = length == sizeof order && order.kind == SIGNAL ? order.signal : SIGKILL;
        SYS4(__NR_pidfd_send_signal, pidfd, signal, 0, 0);
        if (signal == SIGKILL) SYS3(__NR_write, value_of(watch->freezer), "THAWED", 6);
    }
    while (count) SYS1(__NR_close, sent[--count]);
    return length > 0;
}

enum { CONTROLLED, ENDED, BEGUN, OUT, ERR, LISTENERS };

s64 supervise(const struct watch *watch) {
    static struct pollfd wait[LISTENERS + PORTS + 2 * CONNECTIONS];
    s32 pidfd = (s32)value_of(watch->pidfd), begun = (s32)value_of(watch->exec_pipe), code, status;
    s32 out = (s32)value_of(watch->out), err = (s32)value_of(watch->err);
    int ready = 0, attached = 1;
    journal = (struct log){(s32)value_of(watch->directory), -1, 0, watch->log_bytes, 0, watch->generations, 0};
    s64 failed = watch->directory == NONE ? 0 : begin_generation(0);
    if (failed < 0) return failed;
    SYS3(__NR_fcntl, out, F_SETFL, O_NONBLOCK);
    SYS3(__NR_fcntl, err, F_SETFL, O_NONBLOCK);
    for (;;) {
        u32 count = LISTENERS;
        wait[CONTROLLED] = (struct pollfd){attached ? CONTROL : -1, POLLIN, 0};
        wait[ENDED] = (struct pollfd){pidfd, POLLIN, 0};
        wait[BEGUN] = (struct pollfd){begun, 0, 0}; /* its end alone: nothing is proven before, and the child needs the processor */
        wait[OUT] = (struct pollfd){out, POLLIN, 0};
        wait[ERR] = (struct pollfd){err, POLLIN, 0};
        for (u32 i = 0; i < watch->ports; i++, count++)
            wait[count] = (struct pollfd){
                connected < most ? (s32)value_of(watch->port[i].listener) : -1, POLLIN, 0};
        u32 carried = connected, first = count;
        for (u32 i = 0; i < carried; i++) count += (u32)add_connection(&connections[i], &wait[count]);
        u64 second[2] = {1, 0};
        s64 happened = SYS5(__NR_ppoll, wait, count, most < CONNECTIONS ? second : 0, 0, 0);
        if (happened == 0) most = CONNECTIONS;
        if (happened <= 0) continue;
        /* From the last to the first: the one that ends is replaced by the last, which has been served. */
        for (u32 i = carried; i--;) serve_connection(&connections[i], &wait[first + 2 * i]);
        for (u32 i = 0; i < watch->ports; i++)
            if (wait[LISTENERS + i].revents && connected < most)
                answer((s32)value_of(watch->port[i].listener), (u16)watch->port[i].port);
        if (wait[OUT].revents) pump(&out, " stdout");
        if (wait[ERR].revents) pump(&err, " stderr");
        if (wait[BEGUN].revents)
            while (begun >= 0) hear_start(watch, &begun, &ready);
        if (wait[CONTROLLED].revents) attached = obey(watch, (u32)pidfd);
        if (wait[ENDED].revents) break;
    }
    while (begun >= 0) hear_start(watch, &begun, &ready);
    drain(&out, " stdout");
    drain(&err, " stderr");
    wait_for_end((u32)pidfd, &code, &status);
    s64 oom = killed_for_memory(watch->memory);
    report(EXITED, (u32)code, oom << 32 | status);
    if (watch->keep_exit) record_exit(journal.directory, code, status, oom);
    return 0;
}
