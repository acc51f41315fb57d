package dev.skiff.build.context;

import dev.skiff.build.copy.SourceFile;
import dev.skiff.dockerfile.ByteText;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.linux.RawPath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which directories that are left out are needed all the same, for something below that is brought back. Each directory is
 * looked through once, however deep the tree, and without recursion.
 */
final class BroughtBack {
    private final RawContext files;
    private final Map<RawPath, Boolean> known = new ConcurrentHashMap<>();

    private record Visit(RawPath path, IgnoreRules.Directory rules) {}

    BroughtBack(RawContext files) {
        this.files = files;
    }

    /** Whether something below a directory is not left out, at any depth. */
    boolean hasSomething(RawPath directory, IgnoreRules.Directory rules) {
        Boolean answer = known.get(directory);
        return answer == null ? search(directory, rules) : answer;
    }

    private boolean search(RawPath directory, IgnoreRules.Directory rules) {
        List<RawPath> visited = new ArrayList<>();
        Deque<Visit> ahead = new ArrayDeque<>(List.of(new Visit(directory, rules)));
        while (!ahead.isEmpty()) {
            Visit visit = ahead.pop();
            Boolean answer = known.get(visit.path());
            boolean found = answer == null ? !visit.rules().nothingBelow() && look(visit, ahead) : answer;
            visited.add(visit.path());
            if (found) {
                // What was visited and is not above has been left again, with nothing found.
                visited.forEach(each -> known.put(each, visit.path().startsWith(each)));
                return true;
            }
        }
        visited.forEach(each -> known.put(each, false));
        return false;
    }

    private boolean look(Visit visit, Deque<Visit> ahead) {
        for (SourceFile file : files.children(visit.path())) {
            String name = ByteText.decode(file.path().name().bytes());
            if (!visit.rules().excludes(name)) {
                return true;
            }
            if (file.isDirectory()) {
                ahead.push(new Visit(file.path(), visit.rules().enter(name)));
            }
        }
        return false;
    }
}
