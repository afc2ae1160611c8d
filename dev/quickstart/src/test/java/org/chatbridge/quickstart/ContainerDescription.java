package org.chatbridge.quickstart;

import java.nio.file.Path;
import java.util.Map;

/**
 * A container that is to run.
 *
 * @param name in the network; several may have the same
 * @param port that it listens on
 * @param volumes by the directory where they are, each made when it is first named
 * @param files of this machine by the place where they are copied to
 * @param memory in bytes; 0: no limit
 * @param isReadOnly whether nothing can be written but volumes and {@code /tmp}
 */
record ContainerDescription(
        String name,
        String image,
        Map<String, String> environment,
        int port,
        Map<String, String> volumes,
        Map<String, Path> files,
        long memory,
        boolean isReadOnly) {

    /** One that keeps nothing and may do all. */
    static ContainerDescription of(String name, String image, int port, Map<String, String> environment) {
        return new ContainerDescription(name, image, environment, port, Map.of(), Map.of(), 0, false);
    }

    ContainerDescription withFile(String place, Path file) {
        return new ContainerDescription(
                name, image, environment, port, volumes, Map.of(place, file), memory, isReadOnly);
    }

    ContainerDescription readOnly(Map<String, String> itsVolumes, long itsMemory) {
        return new ContainerDescription(name, image, environment, port, itsVolumes, files, itsMemory, true);
    }
}
