package dev.skiff.dockerfile.check;

import dev.skiff.dockerfile.expand.Environment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What holds at a place in a stage: variables, declared arguments, and what was said before. A stage that is based on
 * another looks into that one's scope for what it has not said itself, so that many stages cost no copies.
 */
final class Scope implements Environment {
    private static final int HIGHEST_TOWER = 500;

    private final Optional<Scope> base;
    private final Map<String, String> values = new HashMap<>();
    private final Set<String> declared = new HashSet<>();
    private final int depth;
    private boolean complete;
    private boolean workdirSet;
    private boolean shellSet;

    private Scope(Optional<Scope> base) {
        this.base = base;
        this.depth = base.map(scope -> scope.depth + 1).orElse(0);
        this.complete = base.map(scope -> scope.complete).orElse(true);
        this.workdirSet = base.map(scope -> scope.workdirSet).orElse(false);
        this.shellSet = base.map(scope -> scope.shellSet).orElse(false);
    }

    /** The beginning of a stage on an image or on nothing. PATH is always there: the builder sees to it. */
    static Scope onImage(Map<String, String> environment, boolean shellSet) {
        Scope scope = new Scope(Optional.empty());
        scope.set("PATH", "");
        environment.forEach(scope::set);
        scope.shellSet = shellSet;
        return scope;
    }

    /** The beginning of a stage on an image of which nothing is known: it may set any variable, and the shell. */
    static Scope onUnknownImage() {
        Scope scope = onImage(Map.of(), true);
        scope.complete = false;
        return scope;
    }

    /** The beginning of a stage on another one that has been gone through; of a tower of them the lowest are forgotten. */
    static Scope onStage(Scope base) {
        return base.depth < HIGHEST_TOWER ? new Scope(Optional.of(base)) : onUnknownImage();
    }

    @Override
    public Optional<String> get(String name) {
        for (Scope scope = this; ; scope = scope.base.get()) {
            String value = scope.values.get(name);
            if (value != null || scope.base.isEmpty()) {
                return Optional.ofNullable(value);
            }
        }
    }

    void set(String name, String value) {
        values.put(name, value);
    }

    /** An argument may be declared and have no value: then it is empty, but known. */
    void declare(String name) {
        declared.add(name);
    }

    boolean declares(String name) {
        return !complete || declaredHere(name);
    }

    private boolean declaredHere(String name) {
        for (Scope scope = this; ; scope = scope.base.get()) {
            if (scope.declared.contains(name) || scope.base.isEmpty()) {
                return scope.declared.contains(name);
            }
        }
    }

    /** Names that are known, at most so many. */
    Set<String> names(int most) {
        Set<String> names = new LinkedHashSet<>();
        for (Optional<Scope> scope = Optional.of(this);
                scope.isPresent() && names.size() < most;
                scope = scope.get().base) {
            scope.get().values.keySet().stream().limit(most).forEach(names::add);
            scope.get().declared.stream().limit(most).forEach(names::add);
        }
        return names;
    }

    boolean workdirSet() {
        return workdirSet;
    }

    void setWorkdir() {
        workdirSet = true;
    }

    boolean shellSet() {
        return shellSet;
    }

    void setShell() {
        shellSet = true;
    }
}
