package dev.skiff;

import java.util.List;
import java.util.Objects;

/**
 * Why a step of a build was carried out instead of being found in the cache. It is told by comparing the step with what the same
 * instruction of the same Dockerfile was made of when it was last carried out.
 *
 * @param cause the first that applies, in the order of {@link Cause}
 * @param names what has changed: arguments, variables, or files of the context by path; at most 100
 */
public record CacheMiss(Cause cause, List<String> names) {
    private static final int MOST_IN_WORDS = 3;

    public CacheMiss {
        Objects.requireNonNull(cause, "cause");
        names = List.copyOf(names);
    }

    /** What can be the cause. */
    public enum Cause {
        /** The build, or the stage, was asked to use no cache. */
        NO_CACHE("the cache is not to be used"),
        /** This instruction has not been carried out before, as far as is known. */
        FIRST_BUILD("not built before"),
        /** The step was built, but its layer is no longer in the store. */
        LAYER_GONE("its layer is not in the store any more"),
        /** Another image or step is below it. */
        PARENT_CHANGED("what is below it changed"),
        /** An {@code ARG} that a command sees has another value. */
        ARGUMENT_CHANGED("argument %s changed"),
        /** An {@code ENV} that a command sees has another value. */
        ENVIRONMENT_CHANGED("variable %s changed"),
        /** A file that is copied or mounted is new, gone, or has other content, mode or owner. */
        FILE_CHANGED("%s changed"),
        /** Something else: the user, the working directory, the shell, where or how files are copied. */
        SETTING_CHANGED("%s changed");

        private final String words;

        Cause(String words) {
            this.words = words;
        }
    }

    /** Such as {@code argument VERSION changed}. */
    public String inWords() {
        if (!cause.words.contains("%s")) {
            return cause.words;
        }
        String some = String.join(", ", names.subList(0, Math.min(MOST_IN_WORDS, names.size())));
        int more = names.size() - MOST_IN_WORDS;
        String all = names.isEmpty() ? "the step itself" : more > 0 ? some + " and " + more + " more" : some;
        return cause.words.replace("%s", all);
    }
}
