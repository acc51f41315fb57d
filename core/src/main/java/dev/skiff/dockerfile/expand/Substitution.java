package dev.skiff.dockerfile.expand;

import org.jspecify.annotations.Nullable;

/** One variable and what is done to its value: reads what follows a {@code $}. */
final class Substitution {
    private static final String SPECIAL_PARAMETERS = "@*#?-$!";
    private static final String MISSING_BRACE = "syntax error: missing '}'";

    private final WordLexer lexer;
    private final CharReader in;

    Substitution(WordLexer lexer) {
        this.lexer = lexer;
        this.in = lexer.in();
    }

    /** What the substitution comes to. The {@code $} itself has been consumed. */
    String read() {
        if (in.isNext('{')) {
            in.next();
            return readBraced();
        }
        String name = readName();
        if (name.isEmpty()) {
            return "$";
        }
        String value = lexer.lookUp(name);
        return value == null && lexer.mode().keepUnset() ? "$" + name : orEmpty(value);
    }

    private String readBraced() {
        if (in.atEnd()) {
            throw new ExpansionException(MISSING_BRACE);
        }
        if ("{}:".indexOf(in.peek()) >= 0) {
            throw new ExpansionException("syntax error: bad substitution");
        }
        String name = readName();
        if (in.atEnd()) {
            throw new ExpansionException(MISSING_BRACE);
        }
        char operator = in.next();
        return switch (operator) {
            case '}' -> plain(name);
            case ':' -> readAfterColon(name);
            case '-', '+', '?' -> conditional(name, operator, false);
            case '#', '%' -> trimmed(name, operator);
            case '/' -> replaced(name);
            default -> throw unsupported(String.valueOf(operator));
        };
    }

    private String plain(String name) {
        String value = lexer.lookUp(name);
        return value == null && lexer.mode().keepUnset() ? "${" + name + "}" : orEmpty(value);
    }

    private String readAfterColon(String name) {
        if (in.atEnd()) {
            throw new ExpansionException(MISSING_BRACE);
        }
        char operator = in.next();
        if (operator != '-' && operator != '+' && operator != '?') {
            throw unsupported(":" + operator);
        }
        return conditional(name, operator, true);
    }

    private String conditional(String name, char operator, boolean emptyCountsAsUnset) {
        String word = lexer.readOperand('}', false, MISSING_BRACE);
        String value = lexer.lookUp(name);
        if (value == null && lexer.mode().keepUnset()) {
            return "${" + name + (emptyCountsAsUnset ? ":" : "") + operator + word + "}";
        }
        boolean missing = value == null || (emptyCountsAsUnset && value.isEmpty());
        return switch (operator) {
            case '-' -> missing ? word : orEmpty(value);
            case '+' -> missing ? "" : word;
            default -> required(name, value, missing, word);
        };
    }

    private static String required(String name, @Nullable String value, boolean missing, String message) {
        if (missing) {
            String usual = "is not allowed to be " + (value == null ? "unset" : "empty");
            throw new ExpansionException(name + ": " + (message.isEmpty() ? usual : message));
        }
        return orEmpty(value);
    }

    // One # or % takes the shortest match off the front or the back, two the longest.
    private String trimmed(String name, char operator) {
        String operand = lexer.readOperand('}', true, MISSING_BRACE);
        String value = lexer.lookUp(name);
        if (value == null && lexer.mode().keepUnset()) {
            return "${" + name + operator + operand + "}";
        }
        boolean longest = !operand.isEmpty() && operand.charAt(0) == operator;
        ShellPattern pattern = ShellPattern.compile(longest ? operand.substring(1) : operand, lexer.budget());
        return operator == '#'
                ? pattern.withoutPrefix(orEmpty(value), longest)
                : pattern.withoutSuffix(orEmpty(value), longest);
    }

    private String replaced(String name) {
        boolean all = in.isNext('/');
        if (all) {
            in.next();
        }
        String pattern = lexer.readOperand('/', true, "syntax error: missing '/' in ${}");
        String replacement = lexer.readOperand('}', true, MISSING_BRACE);
        String value = lexer.lookUp(name);
        if (value == null && lexer.mode().keepUnset()) {
            return "${" + name + "/" + pattern + "/" + replacement + "}";
        }
        return ShellPattern.compile(pattern, lexer.budget())
                .replace(orEmpty(value), replacement, all, Expander.LONGEST_RESULT);
    }

    private String readName() {
        if (in.atEnd()) {
            return "";
        }
        int start = in.index();
        int first = in.peekCodePoint();
        if (Character.isDigit(first)) {
            while (!in.atEnd() && Character.isDigit(in.peekCodePoint())) {
                in.skipCodePoint();
            }
        } else if (SPECIAL_PARAMETERS.indexOf(first) >= 0) {
            in.skipCodePoint();
        } else {
            while (!in.atEnd() && isNamePart(in.peekCodePoint())) {
                in.skipCodePoint();
            }
        }
        return in.since(start);
    }

    private static boolean isNamePart(int c) {
        return Character.isLetter(c) || Character.isDigit(c) || c == '_';
    }

    private static ExpansionException unsupported(String modifier) {
        return new ExpansionException(
                "unsupported modifier (" + modifier + ") in substitution; known are :- - :+ + :? ? # ## % %% / //");
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }
}
