package dev.skiff.linux.libc;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.abi.Errno;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The functions of libc that Skiff calls from the JVM itself, mapped directly. Names and arguments are the manual's. */
final class Libc {
    static final int EINTR = 4;
    static final int EAGAIN = 11;

    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_NONBLOCK = 04000;
    static final int O_CLOEXEC = 02000000;

    static {
        Native.register(Libc.class, "c");
    }

    private Libc() {}

    static native int close(int fd);

    static native int pipe2(int[] ends, int flags);

    static native long read(int fd, byte[] buffer, long count);

    static native long write(int fd, Pointer buffer, long count);

    static native int poll(int[] descriptors, long count, int milliseconds);

    static native int ioctl(int fd, long request, byte[] argument);

    static native int open(byte[] path, int flags, int mode);

    static native int flock(int fd, int operation);

    static native long pwrite(int fd, byte[] buffer, long count, long offset);

    static native int ftruncate(int fd, long length);

    static native int memfd_create(byte[] name, int flags);

    static native int fcntl(int fd, int command, long argument);

    static native Pointer mmap(Pointer address, long length, int protection, int flags, int fd, long offset);

    static native int munmap(Pointer address, long length);

    static native int socketpair(int domain, int type, int protocol, int[] pair);

    static native int socket(int domain, int type, int protocol);

    static native int bind(int fd, byte[] address, int length);

    static native int listen(int fd, int backlog);

    static native int getsockname(int fd, byte[] address, int[] length);

    static native int setsockopt(int fd, int level, int option, int[] value, int length);

    static native long sendmsg(int fd, Pointer message, int flags);

    static native long recvmsg(int fd, Pointer message, int flags);

    static native long recv(int fd, byte[] buffer, long length, int flags);

    static native long send(int fd, byte[] buffer, long length, int flags);

    static native int shutdown(int fd, int how);

    static native int epoll_create1(int flags);

    static native int epoll_ctl(int epoll, int operation, int fd, byte[] event);

    static native int epoll_wait(int epoll, byte[] events, int most, int timeout);

    static native int posix_spawn(
            int[] pid, byte[] path, Pointer actions, Pointer attributes, Pointer arguments, Pointer environment);

    static native int posix_spawn_file_actions_init(Pointer actions);

    static native int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

    static native int posix_spawn_file_actions_destroy(Pointer actions);

    static native int waitid(int type, int id, Pointer information, int options);

    static native int prctl(int option, long second, long third, long fourth, long fifth);

    static native int connect(int fd, byte[] address, int length);

    static native int waitpid(int pid, int[] status, int options);

    static native long syscall(long number, long first, long second, long third, long fourth);

    /** Of five arguments, some of which may be addresses. */
    static native long syscall(long number, long first, long second, long third, long fourth, long fifth);

    static native int geteuid();

    static native int getegid();

    /** A C string. */
    static byte[] string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** The result of a call that has succeeded; errno is read before anything else can overwrite it. */
    static int check(int result, String call, Object subject, String purpose) {
        return (int) check((long) result, call, subject, purpose);
    }

    static long check(long result, String call, Object subject, String purpose) {
        if (result >= 0) {
            return result;
        }
        throw failure(Native.getLastError(), call, subject, purpose);
    }

    static SyscallException failure(int errno, String call, Object subject, String purpose) {
        return new SyscallException(call, String.valueOf(subject), Errno.nameOf(errno), purpose, "");
    }
}
