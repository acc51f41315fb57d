package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the extension headers before a tar entry say of it: PAX records, GNU long names. Together they make the entry. */
final class TarExtensions {
    static final String XATTR = "SCHILY.xattr.";
    private static final String LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";

    private final Map<String, byte[]> pax = new HashMap<>();
    private byte @Nullable [] gnuName;
    private byte @Nullable [] gnuLinkName;

    /** Whether a header with this flag describes the entry after it, and not a file. */
    static boolean describes(int flag) {
        return flag == 'x' || flag == 'X' || flag == 'g' || flag == 'L' || flag == 'K';
    }

    boolean isEmpty() {
        return pax.isEmpty() && gnuName == null && gnuLinkName == null;
    }

    void add(int flag, byte[] body) throws ArchiveException {
        if (flag == 'L') {
            gnuName = untilNul(body);
        } else if (flag == 'K') {
            gnuLinkName = untilNul(body);
        } else if (flag == 'g') {
            checkGlobal(PaxRecords.parse(body));
        } else {
            pax.putAll(PaxRecords.parse(body));
        }
    }

    // No container engine applies global headers (git writes one, for its commit id), so neither do we. One that would
    // give entries another name or length makes the archive mean different things to different readers.
    private static void checkGlobal(Map<String, byte[]> records) throws ArchiveException {
        for (String key : new String[] {"path", "linkpath", "size"}) {
            if (records.containsKey(key)) {
                throw new ArchiveException("a global PAX header sets \"" + key + "\", which readers do not agree upon");
            }
        }
    }

    private static byte[] untilNul(byte[] body) {
        int end = 0;
        while (end < body.length && body[end] != 0) {
            end++;
        }
        return Arrays.copyOf(body, end);
    }

    TarEntry entry(TarBlock header) throws ArchiveException {
        byte[] name = text("path", gnuName, header.name());
        byte[] linkName = text("linkpath", gnuLinkName, header.text(TarBlock.LINK_NAME));
        String shown = new String(name, StandardCharsets.UTF_8);
        try {
            TarType type = type(header, name);
            return new TarEntry(
                    path(name), type, metadata(header, type), isLink(type) ? Optional.of(linkName) : Optional.empty());
        } catch (ArchiveException e) {
            throw new ArchiveException("tar entry \"" + shown + "\": " + e.getMessage(), e);
        }
    }

    private static boolean isLink(TarType type) {
        return type == TarType.SYMLINK || type == TarType.HARD_LINK;
    }

    private static RawPath path(byte[] name) throws ArchiveException {
        try {
            return RawPath.ofBytes(name);
        } catch (IllegalArgumentException e) {
            throw new ArchiveException("its name holds a NUL byte", e);
        }
    }

    private static TarType type(TarBlock header, byte[] name) throws ArchiveException {
        int flag = header.typeFlag();
        TarType type = TarType.ofFlag(flag).orElseThrow(() -> new ArchiveException(refusal(flag)));
        boolean slash = name.length > 0 && name[name.length - 1] == '/';
        return type == TarType.FILE && slash
                ? TarType.DIRECTORY
                : type; // before ustar, directories were told by the slash
    }

    private static String refusal(int flag) {
        return flag == 'S' ? "sparse files are not read" : String.format("its type flag 0x%02x is not known", flag);
    }

    private FileMetadata metadata(TarBlock header, TarType type) throws ArchiveException {
        for (String key : pax.keySet()) {
            if (key.startsWith("GNU.sparse.")) {
                throw new ArchiveException("sparse files are not read");
            }
        }
        boolean device = type == TarType.CHARACTER_DEVICE || type == TarType.BLOCK_DEVICE;
        PaxTime mtime = mtime(header);
        return new FileMetadata(
                type.mode() | ((int) header.number(TarBlock.MODE) & FileMetadata.PERMISSIONS),
                owner("uid", header.number(TarBlock.UID)),
                owner("gid", header.number(TarBlock.GID)),
                type == TarType.FILE ? size(header) : 0, // others have no content, whatever their header says
                mtime.seconds(),
                mtime.nanos(),
                device ? deviceNumber(header.number(TarBlock.DEVICE_MAJOR)) : 0,
                device ? deviceNumber(header.number(TarBlock.DEVICE_MINOR)) : 0,
                xattrs());
    }

    private long size(TarBlock header) throws ArchiveException {
        Optional<byte[]> said = value("size");
        long size = said.isPresent() ? PaxTime.decimal(said.get()) : header.number(TarBlock.SIZE_FIELD);
        if (size < 0) {
            throw new ArchiveException("its size is negative");
        }
        return size;
    }

    private PaxTime mtime(TarBlock header) throws ArchiveException {
        Optional<byte[]> said = value("mtime");
        return said.isPresent() ? PaxTime.parse(said.get()) : new PaxTime(header.number(TarBlock.MTIME), 0);
    }

    // Ids are unsigned and have 32 bits; all ones means "leave it as it is" to chown(2).
    private int owner(String key, long inHeader) throws ArchiveException {
        Optional<byte[]> said = value(key);
        long id = said.isPresent() ? PaxTime.decimal(said.get()) : inHeader;
        if (id < 0 || id > 0xffff_fffeL) {
            throw new ArchiveException(key + " " + id + " is out of range");
        }
        return (int) id;
    }

    private static int deviceNumber(long number) throws ArchiveException {
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new ArchiveException("device number " + number + " is out of range");
        }
        return (int) number;
    }

    private SortedMap<String, byte[]> xattrs() throws ArchiveException {
        SortedMap<String, byte[]> xattrs = new TreeMap<>();
        for (Map.Entry<String, byte[]> each : pax.entrySet()) {
            if (each.getKey().startsWith(LIBARCHIVE_XATTR)) {
                xattrs.putIfAbsent(
                        unescape(each.getKey().substring(LIBARCHIVE_XATTR.length())), base64(each.getValue()));
            } else if (each.getKey().startsWith(XATTR)) {
                xattrs.put(each.getKey().substring(XATTR.length()), each.getValue());
            }
        }
        return xattrs;
    }

    /** Undoes libarchive's %XX in the names of attributes. */
    private static String unescape(String name) {
        StringBuilder plain = new StringBuilder();
        for (int at = 0; at < name.length(); at++) {
            int high = at + 2 < name.length() ? Character.digit(name.charAt(at + 1), 16) : -1;
            int low = at + 2 < name.length() ? Character.digit(name.charAt(at + 2), 16) : -1;
            boolean escaped = name.charAt(at) == '%' && high >= 0 && low >= 0;
            plain.append(escaped ? (char) (high << 4 | low) : name.charAt(at));
            at += escaped ? 2 : 0;
        }
        return plain.toString();
    }

    private static byte[] base64(byte[] text) throws ArchiveException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new ArchiveException("an extended attribute is not base64", e);
        }
    }

    private byte[] text(String key, byte @Nullable [] gnu, byte[] inHeader) {
        return value(key).orElseGet(() -> gnu != null ? gnu : inHeader);
    }

    /** An empty value takes the record back (POSIX pax, "pax Extended Header"). */
    private Optional<byte[]> value(String key) {
        return Optional.ofNullable(pax.get(key)).filter(value -> value.length > 0);
    }
}
