/* What the launcher and the Java that writes its programs agree on. Freestanding: no libc below or above. */
#ifndef LAUNCHER_H
#define LAUNCHER_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef int s32;
typedef long s64;

/* Where every program is mapped, so that Java can write addresses into it as plain numbers. */
#define ARENA 0x1000000000UL
#define CONTROL 3 /* the socket to the JVM; 0 to 2 are /dev/null, all else is closed first thing */
#define REGISTERS 512
#define NONE 0xffff
#define NO_LINE 0xffffffffU /* the program itself, which there is no memory for */

enum op { END, CALL, JUMP, STORE, LOAD, EXPECT, CHILD, AGENT, SUPERVISE };

/* One line of a program. A set bit k in `registers` makes arg[k] the number of a register whose value is meant. */
struct line {
    u16 op;
    u16 registers;
    u16 out; /* the register that gets the result, or NONE */
    u16 unused;
    u32 number;  /* of the system call */
    u32 on_zero; /* the line to go to after a result of 0 (clone3's child); 0: the next */
    u64 arg[6];
    u16 allowed[4]; /* errnos that do not end the program; NONE: any */
    u32 on_error;   /* the line to go to after one of them; 0: the next */
    u32 unused2;
};

/* Asks an agent to run a program. The descriptors that come along go to the registers from `first` on; if `length` is
 * not 0, the first of them is the program's memory and is mapped (shared or private) and closed. */
struct request {
    u32 entry;
    u32 first;
    u64 length;
    u32 shared;
    u32 unused;
};

enum report_kind { DONE, FAILED, STARTED, EXITED, LOGGED, BORN, WAITING, FORKED };

/* What is said to the JVM. FAILED: the line and the errno. STARTED: the pid. EXITED: si_code and si_status of waitid(2), and
 * above that 1 if the kernel has killed for want of memory. LOGGED: the log's generation; only says that there is more to
 * read. BORN and WAITING are sent by programs: with BORN comes a descriptor of the container's first process, WAITING is at a
 * stage of its making (see Stage). FORKED is the first thing that is said at the socket of a FORK order: with it comes a
 * descriptor of the agent. */
struct report {
    u32 kind;
    u32 line;
    s64 value;
};

enum order_kind { SIGNAL = 1, FORK };

/* What the JVM asks of a supervisor: to signal the container, or to fork an agent, which serves at the socket that comes along
 * and holds the container's pidfd. */
struct order {
    u32 kind;
    u32 signal;
};

#define PORTS 64
#define MAX_DESCRIPTORS 253 /* in one message: SCM_MAX_FD of the kernel */

/* The other half of these numbers is in Line, Request, Report, LinuxContainer and SupervisorProgram. */
_Static_assert(sizeof(struct line) == 80 && __builtin_offsetof(struct line, arg) == 16 &&
                   __builtin_offsetof(struct line, allowed) == 64 && __builtin_offsetof(struct line, on_error) == 72,
               "struct line");
_Static_assert(sizeof(struct request) == 24 && __builtin_offsetof(struct request, shared) == 16, "struct request");
_Static_assert(sizeof(struct report) == 16 && __builtin_offsetof(struct report, value) == 8, "struct report");
_Static_assert(sizeof(struct order) == 8, "struct order");

/* What a supervisor looks after. All descriptors are register numbers, NONE for those that are not there. */
struct watch {
    u32 pid, pidfd, exec_pipe, out, err;
    u32 directory;   /* where the log and the exit record go; NONE: there is neither */
    u32 keep_exit;   /* whether to leave an exit record, on the disk before the end */
    u32 generations; /* how many log files are kept */
    u64 log_bytes;   /* when the next one is begun */
    u32 memory;      /* a file that counts what was killed for want of memory */
    u32 freezer;     /* a file that thaws what would not die frozen */
    u32 ports;
    struct {
        u32 listener;
        u32 port;
    } port[PORTS];
};

_Static_assert(__builtin_offsetof(struct watch, log_bytes) == 32 && __builtin_offsetof(struct watch, port) == 52 &&
                   sizeof(struct watch) == 56 + 8 * PORTS,
               "struct watch");

s64 sys(u64 number, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f);
u64 value_of(u32 register_number);
void report(u32 kind, u32 line, s64 value);
s64 receive(void *to, u64 size, u32 flags, s32 *descriptors, u32 *count);
void fork_agent(s32 socket, s32 kept);
s64 supervise(const struct watch *watch);

#define SYS0(n) sys(n, 0, 0, 0, 0, 0, 0)
#define SYS1(n, a) sys(n, (u64)(a), 0, 0, 0, 0, 0)
#define SYS2(n, a, b) sys(n, (u64)(a), (u64)(b), 0, 0, 0, 0)
#define SYS3(n, a, b, c) sys(n, (u64)(a), (u64)(b), (u64)(c), 0, 0, 0)
#define SYS4(n, a, b, c, d) sys(n, (u64)(a), (u64)(b), (u64)(c), (u64)(d), 0, 0)
#define SYS5(n, a, b, c, d, e) sys(n, (u64)(a), (u64)(b), (u64)(c), (u64)(d), (u64)(e), 0)
#define SYS6(n, a, b, c, d, e, f) sys(n, (u64)(a), (u64)(b), (u64)(c), (u64)(d), (u64)(e), (u64)(f))

#endif
