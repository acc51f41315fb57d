package dev.skiff.layer;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** A time as PAX writes it, {@code "1700000000.5"}: seconds since the epoch with a fraction, maybe negative. */
record PaxTime(long seconds, int nanos) {
    // No exponents and a bounded length: "1e999999999" is a valid BigDecimal that takes hours to expand.
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{0,40})?");
    private static final int NANO_DIGITS = 9;
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");

    static PaxTime parse(byte[] text) throws ArchiveException {
        String time = new String(text, StandardCharsets.ISO_8859_1);
        if (!DECIMAL.matcher(time).matches()) {
            throw new ArchiveException("its PAX time is not a number");
        }
        BigDecimal exact = new BigDecimal(time.endsWith(".") ? time + "0" : time).setScale(9, RoundingMode.FLOOR);
        long seconds = exact.setScale(0, RoundingMode.FLOOR).longValueExact();
        return new PaxTime(
                seconds,
                exact.subtract(BigDecimal.valueOf(seconds)).movePointRight(9).intValueExact());
    }

    static long decimal(byte[] text) throws ArchiveException {
        String number = new String(text, StandardCharsets.ISO_8859_1);
        if (!INTEGER.matcher(number).matches()) {
            throw new ArchiveException("a number in its PAX header is not one");
        }
        return Long.parseLong(number);
    }

    byte[] bytes() {
        if (seconds >= 0 && nanos > 0) { // as of nearly every file
            int digits = NANO_DIGITS;
            int fraction = nanos;
            for (; fraction % 10 == 0; fraction /= 10) {
                digits--;
            }
            String text = Integer.toString(fraction);
            String whole = seconds + "." + "0".repeat(digits - text.length()) + text;
            return whole.getBytes(StandardCharsets.US_ASCII);
        }
        BigDecimal exact = BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, NANO_DIGITS));
        return exact.stripTrailingZeros().toPlainString().getBytes(StandardCharsets.US_ASCII);
    }
}
