package dev.skiff.build.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.build.context.ListingBuilder.RefusedException;
import dev.skiff.build.copy.SourceFile;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** What is left of a context is what asking for each path by itself says. */
class ContextTreeProperties {
    @Property(tries = 3_000)
    void aTreeHoldsWhatTheRulesLeaveAndTheDirectoriesAboveIt(
            @ForAll @Size(max = 12) List<@From("paths") String> files,
            @ForAll @Size(max = 5) List<@From("patterns") String> patterns) {
        IgnoreRules rules = IgnoreRules.of(patterns);
        ContextTree tree = new ContextTree(listing(files), rules, "", OptionalLong.empty(), Runnable::run);
        Set<String> left = new TreeSet<>();
        walk(tree, RawPath.ROOT, left);

        assertThat(left).isEqualTo(naive(listing(files), rules));
    }

    @Property(tries = 1_000)
    void findAgreesWithListing(
            @ForAll @Size(max = 12) List<@From("paths") String> files,
            @ForAll @Size(max = 5) List<@From("patterns") String> patterns,
            @ForAll("paths") String path) {
        IgnoreRules rules = IgnoreRules.of(patterns);
        Set<String> left = new TreeSet<>();
        walk(new ContextTree(listing(files), rules, "", OptionalLong.empty(), Runnable::run), RawPath.ROOT, left);
        ContextTree fresh = new ContextTree(listing(files), rules, "", OptionalLong.empty(), Runnable::run);

        assertThat(fresh.find(RawPath.of(path)).isPresent()).isEqualTo(left.contains(path));
    }

    private static RawContext listing(List<String> files) {
        ListingBuilder listing = new ListingBuilder(1_000, 1 << 20);
        for (String file : files) {
            try {
                listing.node(RawPath.of(file), FileMetadata.of(FileMetadata.S_IFIFO | 0644, 0));
            } catch (RefusedException belowAFile) {
                // so there is one file less
            }
        }
        return listing.build("listed", () -> {});
    }

    private static void walk(ContextTree tree, RawPath directory, Set<String> found) {
        for (SourceFile file : tree.children(directory)) {
            found.add(file.path().toString());
            walk(tree, file.path(), found);
        }
    }

    private static Set<String> naive(RawContext files, IgnoreRules rules) {
        Set<RawPath> all = new TreeSet<>();
        all(files, RawPath.ROOT, all);
        Set<RawPath> left =
                all.stream().filter(path -> !rules.excludes(path.toString())).collect(Collectors.toSet());
        return all.stream()
                .filter(path -> left.stream().anyMatch(below -> below.startsWith(path)))
                .map(RawPath::toString)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void all(RawContext files, RawPath directory, Set<RawPath> found) {
        for (SourceFile file : files.children(directory)) {
            found.add(file.path());
            all(files, file.path(), found);
        }
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.of("a", "b", "c", "ab")
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(names -> String.join("/", names));
    }

    @Provide
    Arbitrary<String> patterns() {
        Arbitrary<String> names = Arbitraries.of("a", "b", "c", "*", "**", "?", "[ab]", "a*");
        Arbitrary<String> body = names.list().ofMinSize(1).ofMaxSize(4).map(parts -> String.join("/", parts));
        return Arbitraries.of("", "!").flatMap(sign -> body.map(text -> sign + text));
    }
}
