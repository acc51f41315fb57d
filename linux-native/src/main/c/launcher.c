/* Skiff's launcher: receives programs of system calls over a socket and runs them. It decides nothing; Java does. */
#include "launcher.h"

#include <asm/unistd.h>
#include <linux/close_range.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/socket.h>

#define SOL_SOCKET 1
#define SCM_RIGHTS 1
#define MSG_DONTWAIT 0x40
#define MSG_NOSIGNAL 0x4000
#define MSG_CMSG_CLOEXEC 0x40000000

struct iovec {
    void *base;
    u64 length;
};

struct message {
    void *name;
    u32 name_length;
    struct iovec *vector;
    u64 vectors;
    void *control;
    u64 control_length;
    u32 flags;
};

struct control {
    u64 length;
    s32 level, type;
    s32 descriptors[MAX_DESCRIPTORS + 1];
};

static u64 registers[REGISTERS];
static u64 mapped;               /* bytes of the program in the arena */
static s32 report_to = CONTROL;  /* a failure is told here */
static u32 serving;              /* whether a failure leaves us waiting for the next program, or ends us */

#if defined __x86_64__
__asm__(".globl _start\n_start: xor %ebp, %ebp\n and $-16, %rsp\n call begin\n");

s64 sys(u64 number, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) {
    s64 result;
    register u64 r10 __asm__("r10") = d;
    register u64 r8 __asm__("r8") = e;
    register u64 r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined __aarch64__
__asm__(".globl _start\n_start: mov x29, #0\n mov x30, #0\n b begin\n");

s64 sys(u64 number, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) {
    register u64 x8 __asm__("x8") = number;
    register u64 x0 __asm__("x0") = a;
    register u64 x1 __asm__("x1") = b;
    register u64 x2 __asm__("x2") = c;
    register u64 x3 __asm__("x3") = d;
    register u64 x4 __asm__("x4") = e;
    register u64 x5 __asm__("x5") = f;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return (s64)x0;
}
#else
#error "the launcher knows x86_64 and aarch64"
#endif

/* The compiler may turn loops and initialisers into calls of these. */
void *memset(void *to, int value, u64 length) {
    volatile u8 *at = to;
    while (length--) *at++ = (u8)value;
    return to;
}

void *memcpy(void *to, const void *from, u64 length) {
    volatile u8 *at = to;
    const u8 *source = from;
    while (length--) *at++ = *source++;
    return to;
}

static __attribute__((noreturn)) void leave(int status) {
    SYS1(__NR_exit_group, status);
    for (;;) __builtin_trap(); /* a filter that forbids even that is in force: go all the same */
}

u64 value_of(u32 number) {
    return number < REGISTERS ? registers[number] : (u64)-EBADF;
}

void report(u32 kind, u32 line, s64 value) {
    struct report said = {kind, line, value};
    if (report_to == CONTROL)
        SYS6(__NR_sendto, CONTROL, &said, sizeof said, MSG_NOSIGNAL, 0, 0);
    else
        SYS3(__NR_write, report_to, &said, sizeof said);
}

static u64 load(u64 address, u64 size) {
    return size == 8 ? *(u64 *)address : size == 4 ? *(u32 *)address : size == 2 ? *(u16 *)address : *(u8 *)address;
}

static void store(u64 address, u64 value, u64 size) {
    if (size == 8)
        *(u64 *)address = value;
    else
        *(u32 *)address = (u32)value;
}

static int is_allowed(const struct line *line, s64 error) {
    for (int i = 0; i < 4; i++)
        if (line->allowed[i] && (line->allowed[i] == error || line->allowed[i] == NONE)) return 1;
    return 0;
}

static void serve(void);

/* openat2(2) may be unsure of a ".." below its root while anything is renamed or mounted on the host, and is to be called again:
 * not for ever, for who renames may do so on purpose. */
static s64 call(u64 number, const u64 *arg) {
    for (int attempts = 1000;; attempts--) {
        s64 result = sys(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
        int unsure = result == -EAGAIN && number == __NR_openat2 && attempts > 0;
        if (result != -EINTR && !unsure) return result;
    }
}

/* Runs lines until the program ends; false if one failed that was not allowed to. */
static int run(u32 at) {
    for (;;) {
        const struct line *line = (const struct line *)ARENA + at;
        if ((u64)(line + 1) > ARENA + mapped) {
            report(FAILED, at, EFAULT);
            return 0;
        }
        u64 arg[6];
        for (int i = 0; i < 6; i++) arg[i] = line->registers >> i & 1 ? value_of((u32)line->arg[i]) : line->arg[i];
        s64 result = 1;
        switch (line->op) {
        case CALL: result = call(line->number, arg); break;
        case JUMP: result = 0; break;
        case STORE: store(arg[0], arg[1], arg[2]); break;
        case LOAD: result = (s64)load(arg[0], arg[1]); break;
        case EXPECT: result = (load(arg[0], arg[1]) & arg[2]) == arg[3] ? 1 : -(s64)arg[4]; break;
        case CHILD: /* from here on this is another process: it reports elsewhere and a failure ends it */
            report_to = (s32)arg[0];
            serving = 0;
            break;
        case AGENT: serve(); break;
        case SUPERVISE: result = supervise((const struct watch *)arg[0]); break;
        default: return 1; /* END */
        }
        if (line->out < REGISTERS) registers[line->out] = (u64)result;
        at++;
        if (result < 0 && result > -4096 && line->op != LOAD) {
            if (!is_allowed(line, -result)) {
                report(FAILED, at - 1, -result);
                return 0;
            }
            if (line->on_error) at = line->on_error;
        } else if (result == 0 && line->on_zero) {
            at = line->on_zero;
        }
    }
}

static s64 map_program(s32 descriptor, const struct request *request) {
    if (mapped) SYS2(__NR_munmap, ARENA, mapped);
    mapped = 0;
    u64 flags = MAP_FIXED_NOREPLACE | (request->shared ? MAP_SHARED : MAP_PRIVATE);
    s64 at = SYS6(__NR_mmap, ARENA, request->length, PROT_READ | PROT_WRITE, flags, descriptor, 0);
    SYS1(__NR_close, descriptor);
    if (at == (s64)ARENA) mapped = request->length;
    return at;
}

/* Takes a message, and the descriptors that came along. */
s64 receive(void *to, u64 size, u32 flags, s32 *descriptors, u32 *count) {
    struct iovec vector = {to, size};
    struct control control;
    struct message message = {0, 0, &vector, 1, &control, sizeof control, 0};
    s64 length = SYS3(__NR_recvmsg, CONTROL, &message, flags | MSG_CMSG_CLOEXEC);
    *count = 0;
    if (length > 0 && message.control_length >= 16 && control.level == SOL_SOCKET && control.type == SCM_RIGHTS)
        *count = (u32)((control.length - 16) / 4);
    memcpy(descriptors, control.descriptors, 4UL * *count);
    return length;
}

/* An agent's life: receive a program or the entry into the one that is there, run it, say how it went. */
static void serve(void) {
    report_to = CONTROL;
    serving = 1;
    for (;;) {
        struct request request;
        s32 descriptors[MAX_DESCRIPTORS];
        u32 count, taken = 0;
        s64 length = receive(&request, sizeof request, 0, descriptors, &count);
        if (length == -EINTR) continue;
        if (length != sizeof request) leave(0); /* the JVM is gone */
        s64 there = request.length ? map_program(count ? descriptors[taken++] : -1, &request) : 0;
        if (there < 0) {
            report(FAILED, NO_LINE, -there);
            while (taken < count) SYS1(__NR_close, descriptors[taken++]);
            continue;
        }
        for (u32 to = request.first; taken < count && to < REGISTERS; to++)
            registers[to] = (u64)descriptors[taken++];
        int ok = run(request.entry);
        if (!serving) leave(ok ? 0 : 127); /* a child of the program that did not become something else */
        if (ok) report(DONE, 0, 0);
    }
}

/* Tells who asked for it which process serves at that socket, by a descriptor: it can be killed should it be stopped. */
static void introduce(s32 socket, s32 pidfd) {
    struct report said = {FORKED, 0, 0};
    struct iovec vector = {&said, sizeof said};
    struct { u64 length; s32 level, type, descriptor, unused; } control = {20, SOL_SOCKET, SCM_RIGHTS, pidfd, 0};
    struct message message = {0, 0, &vector, 1, &control, sizeof control, 0};
    SYS3(__NR_sendmsg, socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Forks an agent that serves at that socket and has one more descriptor, in register 0. It is a sibling and not a child:
 * nobody need wait for it. When it cannot be made the socket closes, and that tells who asked. */
void fork_agent(s32 socket, s32 kept) {
    s32 pidfd = -1;
    struct { u64 flags; s32 *pidfd; u64 rest[9]; } how = {CLONE_PARENT | CLONE_PIDFD, &pidfd, {0}};
    s64 forked = SYS2(__NR_clone3, &how, sizeof how);
    if (forked > 0) {
        introduce(socket, pidfd);
        SYS1(__NR_close, pidfd);
    }
    if (forked != 0) return;
    SYS3(__NR_dup3, socket, CONTROL, 0);
    SYS3(__NR_dup3, kept, CONTROL + 1, O_CLOEXEC);
    SYS3(__NR_close_range, CONTROL + 2, ~0U, 0);
    SYS0(__NR_setsid);
    registers[0] = CONTROL + 1;
    serve();
    leave(0);
}

__attribute__((noreturn, used)) void begin(void) {
    SYS3(__NR_close_range, CONTROL + 1, ~0U, 0);
    SYS2(__NR_prctl, PR_SET_DUMPABLE, 0);
    struct { u64 handler, flags, restorer, mask; } standard = {0, 0, 0, 0};
    for (int number = 1; number <= 64; number++) SYS4(__NR_rt_sigaction, number, &standard, 0, 8);
    u64 none = 0;
    SYS4(__NR_rt_sigprocmask, 2 /* SIG_SETMASK */, &none, 0, 8);
    SYS0(__NR_setsid);
    serve();
    leave(0);
}
