package dev.skiff.dockerfile.expand;

import dev.skiff.dockerfile.Blanks;
import java.util.ArrayList;
import java.util.List;

/** The text of an expansion and, beside it, the same text in words. */
final class WordBuilder {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder word = new StringBuilder();
    private final List<String> words = new ArrayList<>();
    private final int longest;
    private final Budget budget;

    WordBuilder(int longest, Budget budget) {
        this.longest = longest;
        this.budget = budget;
    }

    /** Text that was not quoted: white space in it ends a word. */
    void add(String plain) {
        spend(plain.length());
        text.append(plain);
        int copied = 0;
        for (int i = 0; i < plain.length(); i++) {
            if (Blanks.isSpace(plain.charAt(i))) {
                word.append(plain, copied, i);
                endWord();
                copied = i + 1;
            }
        }
        word.append(plain, copied, plain.length());
    }

    void add(char plain) {
        spend(1);
        text.append(plain);
        if (Blanks.isSpace(plain)) {
            endWord();
        } else {
            word.append(plain);
        }
    }

    /** Quoted or escaped text: all of it belongs to the word. */
    void addQuoted(String quoted) {
        spend(quoted.length());
        text.append(quoted);
        word.append(quoted);
    }

    String text() {
        return text.toString();
    }

    List<String> words() {
        endWord();
        return words;
    }

    private void spend(int more) {
        if (text.length() + more > longest) {
            throw new ExpansionException("it expands to more than " + longest + " characters");
        }
        budget.spend(more);
    }

    private void endWord() {
        if (word.length() > 0) {
            words.add(word.toString());
            word.setLength(0);
        }
    }
}
