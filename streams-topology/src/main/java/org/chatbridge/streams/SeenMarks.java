package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.chatbridge.avro.EventMarkedAsSeen;
import org.chatbridge.streams.state.SeenMark;
import org.chatbridge.streams.state.Stamp;

/** Folds which events were marked as seen, and by whom (PROTOCOL 2.5): the last hundred, each by its last push. */
final class SeenMarks {
    private static final int MOST = 100;
    private static final Comparator<SeenMark> ORDER = Comparator.comparing(SeenMark::getAt, Stamps.ORDER);

    private SeenMarks() {}

    static List<SeenMark> marked(List<SeenMark> known, EventMarkedAsSeen push) {
        if (push.getEventId() == null || push.getUserId() == null) {
            return known;
        }
        Stamp at = Stamps.of(push.getPush());
        List<SeenMark> marks = new ArrayList<>();
        for (SeenMark mark : known) {
            if (!mark.getEventId().equals(push.getEventId())
                    || !mark.getUserId().equals(push.getUserId())) {
                marks.add(mark);
            } else if (!Stamps.isAfter(at, mark.getAt())) {
                return known;
            }
        }
        marks.add(new SeenMark(push.getEventId(), push.getUserId(), at));
        marks.sort(ORDER);
        return marks.size() <= MOST ? marks : marks.subList(marks.size() - MOST, marks.size());
    }
}
