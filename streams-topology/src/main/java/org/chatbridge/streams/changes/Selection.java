package org.chatbridge.streams.changes;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.schema.ViewTopic;

/**
 * The views that a reader asks for.
 *
 * @param topics their numbers in the layout, ascending
 */
record Selection(List<Integer> topics) {
    static final String VIEW = "view";

    Selection {
        topics = topics.stream().distinct().sorted().toList();
    }

    /**
     * What a request names.
     *
     * @param views in the order of the layout
     * @param view names of views with commas between them; empty for all
     * @throws HttpProblem 400 where a view is not known
     */
    static Selection of(List<ViewTopic> views, Optional<String> view) {
        List<String> names = views.stream().map(ViewTopic::view).toList();
        List<String> asked =
                view.map(text -> Arrays.asList(text.split(",", -1))).orElse(names);
        if (!names.containsAll(asked)) {
            throw HttpProblem.badParameter(
                    VIEW, "expected one or more of " + String.join(", ", names) + ", with commas between them");
        }
        return new Selection(asked.stream().map(names::indexOf).toList());
    }

    boolean contains(int topic) {
        return topics.contains(topic);
    }

    /** Whether one vector is nowhere before another, as far as these views go. */
    boolean covers(Layout layout, long[] later, long[] earlier) {
        for (int topic : topics) {
            int end = layout.first(topic + 1);
            for (int place = layout.first(topic); place < end; place++) {
                if (later[place] < earlier[place]) {
                    return false;
                }
            }
        }
        return true;
    }

    List<ViewTopic> views(Layout layout) {
        return topics.stream().map(topic -> layout.topics().get(topic).view()).toList();
    }
}
