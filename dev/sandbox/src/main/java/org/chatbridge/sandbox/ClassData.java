package org.chatbridge.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The classes of a program as a JVM has them in memory (JEP 350), in a file that the build made for the JVM that runs here: half of a start
 * is the loading of classes.
 */
final class ClassData {
    private ClassData() {}

    /** That of a packaged program: beside its jar, as {@code java -jar} finds it. */
    static Path of(Path jar) {
        return jar.resolveSibling(forThisJvm(jar.getFileName().toString().replaceFirst("\\.jar$", "")));
    }

    /** That of a server of this module, beside this module's jar. */
    static Path ofServer(String name) {
        return Path.of(Programs.ownClasses()).resolveSibling(forThisJvm(name));
    }

    /** What has a JVM use a file; nothing where there is none. One that finds other jars than the file was made of says nothing. */
    static List<String> options(Path file) {
        return Files.isRegularFile(file)
                ? List.of("-XX:SharedArchiveFile=" + file, "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
                : List.of();
    }

    private static String forThisJvm(String name) {
        return name + "-" + System.getProperty("java.vm.version") + ".jsa";
    }
}
