package dev.skiff.linux;

import dev.skiff.linux.user.IdRange;
import dev.skiff.linux.user.SubordinateIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Ids of this host for user namespaces of root's containers, of which no two have the same at the same time, whichever JVM they
 * belong to. They come from the ranges that {@code /etc/subuid} and {@code /etc/subgid} lend to the user {@code containers}, as for Podman;
 * where there are none, from 1610612736 on, far above what is lent to people (useradd(8), {@code SUB_UID_MAX}), and not what some
 * user has been lent nevertheless. What is taken is a lock on a file, and given back when that is closed, or when this JVM ends.
 */
public final class IdPool {
    /** How many ids are given out together. */
    public static final int PIECE = 65536;

    private static final String USER = "containers";
    private static final Path SUBUID = Path.of("/etc/subuid");
    private static final Path SUBGID = Path.of("/etc/subgid");
    private static final Path RUN = Path.of("/run/skiff/ids");
    private static final IdRange NOBODYS = new IdRange(0, 0x6000_0000L, 0x1000_0000L); // ends where systemd-nspawn's do

    private final Path directory;
    private final List<Piece> pieces;

    private IdPool(Path directory, List<Piece> pieces) {
        this.directory = directory;
        this.pieces = pieces;
    }

    private record Piece(long user, long group) {
        boolean isFollowedBy(Piece next) {
            return next.user == user + PIECE && next.group == group + PIECE;
        }
    }

    /**
     * Ids that are one's own until this is closed.
     *
     * @param firstUser the user id of the host that root is
     * @param firstGroup the group id of the host that root's is
     */
    public record Lease(long firstUser, long firstGroup, List<LockFile> locks) implements AutoCloseable {
        public Lease {
            locks = List.copyOf(locks);
        }

        @Override
        public void close() {
            locks.forEach(LockFile::close);
        }
    }

    /** That of this host. */
    public static IdPool ofThisHost() {
        return of(RUN, SUBUID, SUBGID);
    }

    static IdPool of(Path directory, Path subuid, Path subgid) {
        List<IdRange> users = SubordinateIds.lentTo(subuid, USER::equals);
        List<IdRange> groups = SubordinateIds.lentTo(subgid, USER::equals);
        if (users.isEmpty() || groups.isEmpty()) {
            users = List.of(NOBODYS);
            groups = users;
            List<IdRange> others = Stream.concat(
                            SubordinateIds.lentTo(subuid, user -> true).stream(),
                            SubordinateIds.lentTo(subgid, user -> true).stream())
                    .toList();
            return new IdPool(
                    directory,
                    pieces(users, groups).stream()
                            .filter(piece -> others.stream().noneMatch(other -> overlap(piece, other)))
                            .toList());
        }
        return new IdPool(directory, pieces(users, groups));
    }

    private static boolean overlap(Piece piece, IdRange range) {
        return piece.user < range.outside() + range.count() && range.outside() < piece.user + PIECE;
    }

    private static List<Piece> pieces(List<IdRange> users, List<IdRange> groups) {
        List<Long> firstUsers = firsts(users);
        List<Long> firstGroups = firsts(groups);
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < Math.min(firstUsers.size(), firstGroups.size()); i++) {
            pieces.add(new Piece(firstUsers.get(i), firstGroups.get(i)));
        }
        return pieces;
    }

    private static List<Long> firsts(List<IdRange> ranges) {
        List<Long> firsts = new ArrayList<>();
        for (IdRange range : ranges) {
            for (long at = 0; at + PIECE <= range.count(); at += PIECE) {
                firsts.add(range.outside() + at);
            }
        }
        return firsts;
    }

    /**
     * Takes that many ids in a row.
     *
     * @throws IllegalStateException if there are not as many left
     */
    public Lease take(long count) {
        int needed = Math.toIntExact((count + PIECE - 1) / PIECE);
        make();
        for (int first = 0; first + needed <= pieces.size(); first++) {
            Optional<List<LockFile>> locks = lock(pieces.subList(first, first + needed));
            if (locks.isPresent()) {
                Piece begin = pieces.get(first);
                return new Lease(begin.user, begin.group, locks.get());
            }
        }
        throw new IllegalStateException("no " + count + " ids in a row are left for a user namespace, of the "
                + (long) pieces.size() * PIECE + " that there are; lend more to the user " + USER + " in " + SUBUID
                + " and " + SUBGID + ", such as \"" + USER + ":2147483647:2147483648\"");
    }

    private void make() {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new UncheckedIOException("make " + directory + ", which says who has which ids", e);
        }
    }

    /** All of them or none. */
    private Optional<List<LockFile>> lock(List<Piece> row) {
        List<LockFile> locks = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            boolean follows = i == 0 || row.get(i - 1).isFollowedBy(row.get(i));
            Optional<LockFile> lock = follows
                    ? LockFile.tryExclusive(directory.resolve(Long.toString(row.get(i).user)))
                    : Optional.empty();
            if (lock.isEmpty()) {
                locks.forEach(LockFile::close);
                return Optional.empty();
            }
            locks.add(lock.get());
        }
        return Optional.of(locks);
    }
}
