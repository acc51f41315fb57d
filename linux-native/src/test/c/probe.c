/* Makes the system calls that its arguments tell, one after the other, and prints what each returns: an attacker in a
 * container, with no libc that would do something else first. Freestanding, like the launcher.
 *
 *   probe CALL [, CALL]...      CALL is ABI NUMBER [ARGUMENT]...
 *
 * ABI is native or i386. An ARGUMENT is a decimal number, =K for the result of the K-th call, s:TEXT for the address
 * of a string, x:HEX for that of some bytes, b: for that of 4096 bytes that all calls share. "print" instead of a CALL shows
 * these bytes as text. "child" forks: what follows is made by the child, while the parent waits for its end.
 */
typedef unsigned long u64;
typedef long s64;

#if defined __x86_64__
__asm__(".globl _start\n_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n");
enum { WRITE = 1, EXIT_GROUP = 231, WAITID = 247, CLONE = 56 };

static s64 sys(u64 number, const u64 *a) {
    s64 result;
    register u64 r10 __asm__("r10") = a[3];
    register u64 r8 __asm__("r8") = a[4];
    register u64 r9 __asm__("r9") = a[5];
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

static s64 sys_i386(u64 number, const u64 *a) {
    int result;
    /* ebp is the sixth argument, and belongs to the compiler: none of our attacks needs it */
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4])
                     : "r8", "r9", "r10", "r11", "memory");
    return result;
}
#elif defined __aarch64__
__asm__(".globl _start\n_start: mov x29, #0\n mov x30, #0\n mov x0, sp\n b begin\n");
enum { WRITE = 64, EXIT_GROUP = 94, WAITID = 95, CLONE = 220 };

static s64 sys(u64 number, const u64 *a) {
    register u64 x8 __asm__("x8") = number;
    register u64 x0 __asm__("x0") = a[0];
    register u64 x1 __asm__("x1") = a[1];
    register u64 x2 __asm__("x2") = a[2];
    register u64 x3 __asm__("x3") = a[3];
    register u64 x4 __asm__("x4") = a[4];
    register u64 x5 __asm__("x5") = a[5];
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return (s64)x0;
}

static s64 sys_i386(u64 number, const u64 *a) {
    (void)number, (void)a;
    return -38; /* ENOSYS: there is no such thing here */
}
#else
#error "the probe knows x86_64 and aarch64"
#endif

static char shared[4096];
static char texts[65536]; /* below 4 GiB, where the i386 calls can reach them; the stack is not */
static u64 used;
static s64 results[64];
static int count;

static int equal(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

static void print(const char *text, u64 length) {
    u64 a[6] = {1, (u64)text, length};
    sys(WRITE, a);
}

static void print_number(s64 number) {
    char text[24];
    char *at = text + sizeof text;
    u64 rest = number < 0 ? -(u64)number : (u64)number;
    *--at = '\n';
    do *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0) *--at = '-';
    print(at, (u64)(text + sizeof text - at));
}

static s64 parse(const char *text) {
    int negative = *text == '-';
    s64 value = 0;
    for (text += negative; *text; text++) value = value * 10 + (*text - '0');
    return negative ? -value : value;
}

static u64 digit(char c) {
    return (u64)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static u64 argument(const char *text) {
    if (text[0] == '=') return (u64)results[parse(text + 1)];
    if (text[0] && text[1] == ':') {
        u64 at = used = (used + 15) & ~15UL;
        if (text[0] == 'b') return (u64)shared;
        if (text[0] == 's')
            for (text += 2; *text; text++) texts[used++] = *text;
        else
            for (text += 2; *text; text += 2) texts[used++] = (char)(digit(text[0]) << 4 | digit(text[1]));
        texts[used++] = 0;
        return (u64)(texts + at);
    }
    return (u64)parse(text);
}

static void fork_and_wait(void) {
    u64 clone[6] = {17 /* SIGCHLD */}, wait[6] = {0 /* P_ALL */, 0, (u64)shared, 4 /* WEXITED */};
    if (sys(CLONE, clone) == 0) return;
    sys(WAITID, wait);
    u64 status[6] = {0};
    sys(EXIT_GROUP, status);
}

__attribute__((used, noreturn)) void begin(const u64 *stack) {
    char **at = (char **)stack + 2;
    while (*at) {
        if (equal(*at, "print")) {
            u64 length = 0;
            while (length < sizeof shared && shared[length]) length++;
            print(shared, length);
            print("\n", 1);
            at++;
        } else if (equal(*at, "child")) {
            fork_and_wait();
            at++;
        } else {
            int i386 = equal(*at, "i386");
            u64 number = argument(at[1]), a[6] = {0};
            int given = 0;
            for (at += 2; *at && !equal(*at, ",") && given < 6; at++) a[given++] = argument(*at);
            s64 result = i386 ? sys_i386(number, a) : sys(number, a);
            results[count++ & 63] = result;
            print_number(result);
        }
        if (*at) at++;
    }
    u64 status[6] = {0};
    for (;;) sys(EXIT_GROUP, status);
}
