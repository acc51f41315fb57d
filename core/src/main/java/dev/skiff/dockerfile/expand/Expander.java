package dev.skiff.dockerfile.expand;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.GoText;
import dev.skiff.dockerfile.Heredoc;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Word;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Puts variables into words and takes quotes and escapes off them, by the rules of the reference: much as a shell
 * does, with {@code ${v:-w}} and its kin, but without word splitting, globbing and command substitution.
 *
 * <p>One expander serves one build, and several threads of it. It counts what it makes: variables that contain each
 * other many times over end in an error, after {@value #LONGEST_RESULT} characters in one place (on top of the length
 * of the word itself) or {@value #MOST_IN_ALL} in all, and not in memory running out.
 */
public final class Expander {
    /** Eight times what Linux lets an environment variable have. */
    public static final int LONGEST_RESULT = 1 << 20;

    /** Of all expansions of one build together. */
    public static final long MOST_IN_ALL = 16L << 20;

    private static final long MOST_STEPS = 100_000_000;

    private final char escape;
    private final Budget budget = new Budget(MOST_STEPS);
    private final AtomicLong left = new AtomicLong(MOST_IN_ALL);

    /**
     * Makes an expander for a file.
     *
     * @param escape the escape character of the file: {@link dev.skiff.dockerfile.Dockerfile#escape()}
     */
    public Expander(char escape) {
        this.escape = escape;
    }

    /**
     * The value of a word.
     *
     * @throws dev.skiff.DockerfileException for an unclosed quote, a bad substitution, a {@code ${v:?message}} that
     *     fails, or an expansion without end
     */
    public String expand(Word word, Environment environment) {
        return process(word, environment).text();
    }

    /** The value parted at unquoted white space: EXPOSE may have several ports in one variable. */
    public List<String> expandToWords(Word word, Environment environment) {
        return process(word, environment).words();
    }

    /** The content of a heredoc file: expanded, unless its delimiter was quoted, with quotes left where they are. */
    public String expandHeredoc(Heredoc heredoc, Environment environment) {
        Word content = heredoc.content();
        return heredoc.expand()
                ? process(content, environment, LexMode.heredocBody()).text()
                : content.raw();
    }

    /** All that is to be known of an expansion. */
    public Expansion process(Word word, Environment environment) {
        return process(word, environment, LexMode.word(escape));
    }

    /**
     * Counts work that is done besides expanding, for what an instruction sets.
     *
     * @throws dev.skiff.DockerfileException when there has been too much of it
     */
    public void spend(Instruction instruction, long steps) {
        try {
            budget.spend(steps);
        } catch (ExpansionException tooMuch) {
            throw instruction.error(
                    "the file sets too much: too many variables, labels, ports or volumes, one instruction after the other");
        }
    }

    /** Whether the file has had all the work that one file may have: whatever is asked for from now on fails. */
    public boolean exhausted() {
        return left.get() < 0 || budget.exhausted();
    }

    private Expansion process(Word word, Environment environment, LexMode mode) {
        if (left.get() < 0) {
            throw tooMuchInAll(word);
        }
        int longest = word.raw().length() + LONGEST_RESULT;
        try {
            Expansion expansion = new WordLexer(word.raw(), environment, mode, longest, budget).lex();
            if (left.addAndGet(-expansion.text().length()) < 0) {
                throw tooMuchInAll(word);
            }
            return expansion;
        } catch (ExpansionException problem) {
            throw word.error("failed to process " + quoteStart(word.raw()) + ": " + problem.getMessage());
        }
    }

    private static DockerfileException tooMuchInAll(Word word) {
        return word.error("the variables of this file expand to more than " + MOST_IN_ALL
                + " characters in all; does one contain itself many times over?");
    }

    private static String quoteStart(String text) {
        int shown = 200;
        return GoText.quote(text.length() <= shown ? text : text.substring(0, shown) + "...");
    }
}
