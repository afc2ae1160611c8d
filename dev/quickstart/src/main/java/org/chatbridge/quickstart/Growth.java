package org.chatbridge.quickstart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A row of the table of growth: what is larger than at the base. */
enum Growth {
    BASE,
    CHATS,
    AGENTS,
    PARTITIONS,
    INSTANCES_2,
    INSTANCES_3;

    /** All of them. */
    static final String ALL = "base,chats,agents,partitions,instances-2,instances-3";

    /** What it is called. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @param mistakes gets a line where one of them is unknown */
    static List<Growth> list(String key, String text, List<String> mistakes) {
        List<Growth> rows = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            Optional<Growth> row = Arrays.stream(values())
                    .filter(any -> any.label().equals(one))
                    .findFirst();
            row.ifPresent(rows::add);
            if (row.isEmpty()) {
                mistakes.add("-D" + key + "=" + text + ": expected one of "
                        + Arrays.stream(values()).map(Growth::label).collect(Collectors.joining(", "))
                        + ", or several with commas between them");
                return List.of();
            }
        }
        return rows;
    }

    /** The sizes of this row. */
    MeasureSettings of(MeasureSettings base) {
        return base.sized(
                base.partitions() * (this == PARTITIONS ? base.times() : 1),
                base.agents() * (this == AGENTS ? base.times() : 1),
                base.threads() * (this == CHATS ? base.times() : 1),
                this == INSTANCES_2 ? 2 : this == INSTANCES_3 ? 3 : base.instances());
    }
}
