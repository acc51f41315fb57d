package dev.skiff.linux.abi;

import java.util.Map;
import java.util.Optional;

/** Why a system call failed: the numbers of asm-generic, their symbolic names, and what they mean in a few words. */
public enum Errno {
    EPERM(1, "not permitted"),
    ENOENT(2, "no such file or directory"),
    ESRCH(3, "no such process"),
    EINTR(4, "interrupted by a signal"),
    EIO(5, "input or output error"),
    ENXIO(6, "no such device or address"),
    E2BIG(7, "arguments or structure too long"),
    ENOEXEC(8, "not a format that can be executed"),
    EBADF(9, "not an open file descriptor"),
    ECHILD(10, "no child to wait for"),
    EAGAIN(11, "not possible right now, try again"),
    ENOMEM(12, "out of memory"),
    EACCES(13, "permission denied"),
    EFAULT(14, "bad address"),
    ENOTBLK(15, "not a block device"),
    EBUSY(16, "in use"),
    EEXIST(17, "exists already"),
    EXDEV(18, "leads to another file system or mount"),
    ENODEV(19, "no such device or file system type"),
    ENOTDIR(20, "not a directory"),
    EISDIR(21, "a directory"),
    EINVAL(22, "invalid argument"),
    ENFILE(23, "too many open files on this host"),
    EMFILE(24, "too many open files in this process"),
    ENOTTY(25, "not a request that this file understands"),
    ETXTBSY(26, "an executable that runs, or is open for writing"),
    EFBIG(27, "file too large"),
    ENOSPC(28, "no space left"),
    ESPIPE(29, "cannot seek in this file"),
    EROFS(30, "read-only file system"),
    EMLINK(31, "too many links"),
    EPIPE(32, "nobody reads the other end"),
    EDOM(33, "outside the domain of the function"),
    ERANGE(34, "result out of range"),
    EDEADLK(35, "would wait for itself for ever"),
    ENAMETOOLONG(36, "name too long"),
    ENOLCK(37, "no locks left"),
    ENOSYS(38, "this kernel, or a filter, has no such system call"),
    ENOTEMPTY(39, "directory not empty"),
    ELOOP(40, "too many symbolic links, or one where none may be"),
    ENOMSG(42, "no such message"),
    EIDRM(43, "identifier removed"),
    ECHRNG(44, ""),
    EL2NSYNC(45, ""),
    EL3HLT(46, ""),
    EL3RST(47, ""),
    ELNRNG(48, ""),
    EUNATCH(49, ""),
    ENOCSI(50, ""),
    EL2HLT(51, ""),
    EBADE(52, ""),
    EBADR(53, ""),
    EXFULL(54, ""),
    ENOANO(55, ""),
    EBADRQC(56, ""),
    EBADSLT(57, ""),
    EBFONT(59, ""),
    ENOSTR(60, ""),
    ENODATA(61, "no such attribute or data"),
    ETIME(62, "timer expired"),
    ENOSR(63, ""),
    ENONET(64, ""),
    ENOPKG(65, ""),
    EREMOTE(66, ""),
    ENOLINK(67, ""),
    EADV(68, ""),
    ESRMNT(69, ""),
    ECOMM(70, ""),
    EPROTO(71, "protocol error"),
    EMULTIHOP(72, ""),
    EDOTDOT(73, ""),
    EBADMSG(74, "damaged message"),
    EOVERFLOW(75, "value too large for its type"),
    ENOTUNIQ(76, ""),
    EBADFD(77, "file descriptor in a bad state"),
    EREMCHG(78, ""),
    ELIBACC(79, ""),
    ELIBBAD(80, "damaged shared library"),
    ELIBSCN(81, ""),
    ELIBMAX(82, ""),
    ELIBEXEC(83, ""),
    EILSEQ(84, "invalid byte sequence"),
    ERESTART(85, ""),
    ESTRPIPE(86, ""),
    EUSERS(87, "too many users, or user namespaces too deep"),
    ENOTSOCK(88, "not a socket"),
    EDESTADDRREQ(89, "needs a destination address"),
    EMSGSIZE(90, "message too long"),
    EPROTOTYPE(91, "protocol does not fit the socket type"),
    ENOPROTOOPT(92, "no such protocol option"),
    EPROTONOSUPPORT(93, "no such protocol"),
    ESOCKTNOSUPPORT(94, "no such socket type"),
    EOPNOTSUPP(95, "not supported here"),
    EPFNOSUPPORT(96, "no such protocol family"),
    EAFNOSUPPORT(97, "no such address family"),
    EADDRINUSE(98, "address in use"),
    EADDRNOTAVAIL(99, "not an address of this host"),
    ENETDOWN(100, "network is down"),
    ENETUNREACH(101, "network unreachable"),
    ENETRESET(102, "network dropped the connection"),
    ECONNABORTED(103, "connection aborted"),
    ECONNRESET(104, "connection reset by peer"),
    ENOBUFS(105, "no buffer space"),
    EISCONN(106, "connected already"),
    ENOTCONN(107, "not connected"),
    ESHUTDOWN(108, "shut down"),
    ETOOMANYREFS(109, "too many descriptors in flight"),
    ETIMEDOUT(110, "timed out"),
    ECONNREFUSED(111, "connection refused"),
    EHOSTDOWN(112, "host is down"),
    EHOSTUNREACH(113, "no route to host"),
    EALREADY(114, "under way already"),
    EINPROGRESS(115, "under way"),
    ESTALE(116, "stale file handle"),
    EUCLEAN(117, "file system needs repair"),
    ENOTNAM(118, ""),
    ENAVAIL(119, ""),
    EISNAM(120, ""),
    EREMOTEIO(121, "remote input or output error"),
    EDQUOT(122, "quota exceeded"),
    ENOMEDIUM(123, "no medium"),
    EMEDIUMTYPE(124, ""),
    ECANCELED(125, "cancelled"),
    ENOKEY(126, "no such key"),
    EKEYEXPIRED(127, "key has expired"),
    EKEYREVOKED(128, "key was revoked"),
    EKEYREJECTED(129, "key was rejected"),
    EOWNERDEAD(130, "owner died"),
    ENOTRECOVERABLE(131, "state cannot be recovered"),
    ERFKILL(132, "radio is switched off"),
    EHWPOISON(133, "memory page has a hardware error");

    private static final Map<String, Errno> SECOND_NAMES =
            Map.of("EWOULDBLOCK", EAGAIN, "EDEADLOCK", EDEADLK, "ENOTSUP", EOPNOTSUPP);
    private static final Errno[] BY_NUMBER = byNumber();

    private final int number;
    private final String meaning;

    Errno(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    private static Errno[] byNumber() {
        Errno[] table = new Errno[EHWPOISON.number + 1];
        for (Errno errno : values()) {
            table[errno.number] = errno;
        }
        return table;
    }

    /** The number as the kernel returns it, negated, from a failed call. */
    public int number() {
        return number;
    }

    /** A few words for people; empty for errors that no call of a container engine answers. */
    public String meaning() {
        return meaning;
    }

    /** The error with this number; empty for numbers that the kernel should have kept to itself, and does not always. */
    public static Optional<Errno> find(int number) {
        return number < 0 || number >= BY_NUMBER.length ? Optional.empty() : Optional.ofNullable(BY_NUMBER[number]);
    }

    /** The error of this name, such as {@code EPERM} or {@code EWOULDBLOCK}. */
    public static Optional<Errno> find(String name) {
        for (Errno errno : values()) {
            if (errno.name().equals(name)) {
                return Optional.of(errno);
            }
        }
        return Optional.ofNullable(SECOND_NAMES.get(name));
    }

    /** The symbolic name for this number, else {@code errno 524}: for messages, which must say something in any case. */
    public static String nameOf(int number) {
        return find(number).map(Errno::name).orElse("errno " + number);
    }

    /** Name and meaning, such as {@code EPERM (not permitted)}. */
    public static String describe(int number) {
        return find(number)
                .filter(errno -> !errno.meaning.isEmpty())
                .map(errno -> errno + " (" + errno.meaning + ")")
                .orElseGet(() -> nameOf(number));
    }
}
