package org.chatbridge.program;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * The classes of a program as a JVM has them in memory, in a file beside its jar (JEP 350): most of a start is the loading of classes.
 * Good for one version of the JVM, which is in the file's name, and for the very jars that it was made of: a JVM that finds others
 * loads all classes as if the file were not there.
 */
final class ClassData {
    private ClassData() {}

    /** Where that of a jar is for this JVM. */
    static String path(String jar) {
        return jar.replaceFirst("\\.jar$", "") + "-" + System.getProperty("java.vm.version") + ".jsa";
    }

    /** Whether a jar has some for this JVM. */
    static boolean isThere(String jar) {
        try {
            return Files.isRegularFile(Path.of(path(jar)));
        } catch (InvalidPathException e) {
            return false; // a name that this locale does not have
        }
    }

    /** What has a JVM use that of a jar, and say nothing where it cannot. */
    static List<String> options(String jar) {
        return List.of("-XX:SharedArchiveFile=" + path(jar), "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
    }
}
