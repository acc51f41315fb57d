package dev.skiff;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Draws on a terminal: steps that are done are printed for good, those that run are below them and drawn anew. So it is never higher
 * than what runs at the same time, however many steps there are.
 */
final class LiveProgress implements Consumer<BuildEvent> {
    private static final String NO_WRAP = "\u001b[?7l"; // DECAWM
    private static final String WRAP = "\u001b[?7h";
    private static final int TAIL_LINES = 4;
    private static final int MIN_WIDTH = 20;
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final PrintStream out;
    private final int width;
    private final boolean colours;
    private final LongSupplier nanoTime;
    private final Executor later;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, Running> running = new TreeMap<>();
    private final long startNanos;
    private int total;
    private int done;
    private int drawnLines;
    private long drawnNanos;
    private boolean ticking;

    /** A step that runs. */
    private static final class Running {
        final String title;
        final long startNanos;
        final Deque<String> tail = new ArrayDeque<>();

        Running(String title, long startNanos) {
            this.title = title;
            this.startNanos = startNanos;
        }
    }

    /** How a line is coloured, by the number of the colour (ECMA-48, SGR). */
    private enum Colour {
        NONE(0),
        RED(31),
        YELLOW(33),
        BLUE(34),
        GREY(90);

        final int code;

        Colour(int code) {
            this.code = code;
        }
    }

    /** @param later runs a task in a little while, when times are to be drawn again although nothing has happened */
    LiveProgress(PrintStream out, int width, boolean colours, LongSupplier nanoTime, Executor later) {
        this.out = out;
        this.width = Math.max(MIN_WIDTH, width);
        this.colours = colours;
        this.nanoTime = nanoTime;
        this.later = later;
        this.startNanos = nanoTime.getAsLong();
    }

    @Override
    public void accept(BuildEvent event) {
        lock.lock();
        try {
            List<String> lasting = change(event);
            if (event instanceof BuildEvent.BuildFinished finished) {
                lasting.addAll(ending(finished));
                draw(lasting, List.of());
            } else if (!(event instanceof BuildEvent.StepOutput) || nanoTime.getAsLong() - drawnNanos >= REDRAW_NANOS) {
                draw(lasting, area());
            }
            tickLater();
        } finally {
            lock.unlock();
        }
    }

    /** Takes in what has happened, and gives the lines that stay. */
    private List<String> change(BuildEvent event) {
        List<String> lasting = new ArrayList<>();
        if (event instanceof BuildEvent.StepStarted started) {
            total = started.total();
            running.put(started.step(), new Running(ProgressText.title(started), nanoTime.getAsLong()));
        } else if (event instanceof BuildEvent.StepCached cached) {
            String from = cached.from().map(name -> " from " + name).orElse("");
            lasting.add(end(cached, "=> CACHED" + from + " ", Duration.ZERO));
        } else if (event instanceof BuildEvent.StepFinished finished) {
            lasting.add(end(finished, "=> ", finished.duration()));
        } else if (event instanceof BuildEvent.StepOutput output) {
            remember(output);
        } else if (event instanceof BuildEvent.Warning warning) {
            String place =
                    warning.line().isPresent() ? " (line " + warning.line().getAsInt() + ")" : "";
            lasting.add(line("WARNING: " + ProgressText.printable(warning.text()) + place, "", Colour.YELLOW));
        }
        return lasting;
    }

    private String end(BuildEvent.OfStep event, String lead, Duration duration) {
        Running step = running.remove(event.step());
        done++;
        String title = step == null ? "[" + event.step() + "]" : step.title;
        return line(lead + title, ProgressText.seconds(duration), Colour.BLUE);
    }

    private void remember(BuildEvent.StepOutput output) {
        Running step = running.get(output.step());
        if (step != null) {
            step.tail.addLast(ProgressText.printable(output.text()));
            if (step.tail.size() > TAIL_LINES) {
                step.tail.removeFirst();
            }
        }
    }

    /** What runs, and how far all of it is. */
    private List<String> area() {
        List<String> lines = new ArrayList<>();
        lines.add(line("[+] Building " + since(startNanos) + " (" + done + "/" + total + ")", "", Colour.NONE));
        for (Running step : running.values()) {
            lines.add(line("=> " + step.title, since(step.startNanos), Colour.NONE));
            step.tail.forEach(text -> lines.add(line("=> => # " + text, "", Colour.GREY)));
        }
        return lines;
    }

    private List<String> ending(BuildEvent.BuildFinished finished) {
        List<String> lines = new ArrayList<>();
        running.values().forEach(step -> {
            lines.add(line("=> STOPPED " + step.title, since(step.startNanos), Colour.RED));
            step.tail.forEach(text -> lines.add(line("=> => # " + text, "", Colour.GREY)));
        });
        running.clear();
        String how = finished.image().isPresent() ? " FINISHED" : " FAILED";
        String seconds = ProgressText.seconds(finished.duration());
        lines.add(line("[+] Building " + seconds + " (" + done + "/" + total + ")" + how, "", Colour.NONE));
        return lines;
    }

    private String since(long nanos) {
        return ProgressText.seconds(Duration.ofNanos(nanoTime.getAsLong() - nanos));
    }

    private void draw(List<String> lasting, List<String> area) {
        StringBuilder frame =
                new StringBuilder(NO_WRAP); // a line that is wider after all would be two, and counted as one
        if (drawnLines > 0) {
            frame.append("\u001b[")
                    .append(drawnLines)
                    .append("F\u001b[J"); // to the beginning of that line (CPL), and clear (ED)
        }
        lasting.forEach(line -> frame.append(line).append('\n'));
        area.forEach(line -> frame.append(line).append('\n'));
        frame.append(WRAP);
        out.print(frame);
        out.flush();
        drawnLines = area.size();
        drawnNanos = nanoTime.getAsLong();
    }

    /** One line of the terminal and not more: it would be counted wrongly when it is to be drawn over. */
    private String line(String left, String right, Colour colour) {
        String flat = left.replace('\t', ' ');
        int room = width - 1 - (right.isEmpty() ? 0 : right.length() + 1);
        int length = flat.codePointCount(0, flat.length());
        String shown = length > room ? flat.substring(0, flat.offsetByCodePoints(0, room - 1)) + "…" : flat;
        String gap = right.isEmpty() ? "" : " ".repeat(Math.max(0, room - length) + 1);
        String text = shown + gap + right;
        return colours && colour != Colour.NONE ? "\u001b[" + colour.code + "m" + text + "\u001b[0m" : text;
    }

    /** Times go on while nothing happens. */
    private void tickLater() {
        if (!ticking && !running.isEmpty()) {
            ticking = true;
            later.execute(this::tick);
        }
    }

    private void tick() {
        lock.lock();
        try {
            ticking = false;
            if (!running.isEmpty()) {
                draw(List.of(), area());
                tickLater();
            }
        } finally {
            lock.unlock();
        }
    }
}
