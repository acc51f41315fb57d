package dev.skiff.linux.cgroup;

import java.util.regex.Pattern;

/** The lists of processors and memory nodes that cpuset(7) reads, such as {@code 0-3,7}; theirs is a stranger's (CVE-2018-20699). */
final class CpuList {
    private static final Pattern FORM = Pattern.compile("\\d{1,5}(-\\d{1,5})?(,\\d{1,5}(-\\d{1,5})?)*");
    private static final int MOST_CHARACTERS = 4096;
    private static final int MOST = 65536;

    private CpuList() {}

    static String check(String name, String list) {
        if (list.length() > MOST_CHARACTERS || !FORM.matcher(list).matches()) {
            throw new IllegalArgumentException(
                    name + " must be a list such as \"0-3,7\", got \"" + excerpt(list) + "\"");
        }
        for (String part : list.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
            if (last < first || last >= MOST) {
                throw new IllegalArgumentException(name + " has \"" + part + "\", which is no range below " + MOST);
            }
        }
        return list;
    }

    private static String excerpt(String list) {
        return list.length() <= 40 ? list : list.substring(0, 40) + "...";
    }
}
