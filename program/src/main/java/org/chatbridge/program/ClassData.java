package org.chatbridge.program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The classes of a program as a JVM has them in memory, in a file beside its jar (JEP 350): most of a start is the loading of classes.
 * Good for one version of the JVM, which is in the file's name, and for the very jars that it was made of: a JVM that finds others
 * loads all classes as if the file were not there.
 */
final class ClassData {
    private ClassData() {}

    /** That of a jar for this JVM, if there is one. */
    static Optional<Path> of(Path jar) {
        return Optional.of(path(jar)).filter(Files::isRegularFile);
    }

    /** Where that of a jar is for this JVM. */
    static Path path(Path jar) {
        String name = String.valueOf(jar.getFileName()).replaceFirst("\\.jar$", "");
        return jar.resolveSibling(name + "-" + System.getProperty("java.vm.version") + ".jsa");
    }

    /** What has a JVM use it, and say nothing where it cannot. */
    static List<String> options(Path archive) {
        return List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
    }
}
