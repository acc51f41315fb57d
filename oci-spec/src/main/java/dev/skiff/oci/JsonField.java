package dev.skiff.oci;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** How a record component, or a constant of an enum, is spelled in JSON where its Java name does not say it all. See {@link Json}. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface JsonField {
    /** The name in the document; by default the Java name. */
    String value() default "";

    /** The field must be there and is always written, even where its type has an empty value that could stand for it. */
    boolean required() default false;

    /** The JSON that a field stands for which is not there; it is written all the same. By default, the field must be there. */
    String absent() default "";

    /** A {@code long} that holds the bits of a number from 0 to 2^64-1. */
    boolean unsigned() default false;

    /** A set that the document spells as the keys of an object, each with {@code {}} as its value. */
    boolean keys() default false;

    /** A set of words of which those that are not known are left out, and told to the log as a warning. */
    boolean knownOnly() default false;
}
