package org.chatbridge.quickstart;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the oracle found.
 *
 * @param unheard of those sent, made while nobody was logged in
 * @param received pushes that have a record
 * @param duplicated records more than distinct stamps
 * @param gaps how many were declared of each cause
 * @param faults all that must not be, each a sentence
 */
record Verdict(
        long sent,
        long unheard,
        long received,
        long duplicated,
        long lostInsideGaps,
        long lostOutsideGaps,
        long outOfOrder,
        long holes,
        long untrueGaps,
        Map<String, Integer> gaps,
        List<String> faults) {
    boolean isGood() {
        return faults.isEmpty();
    }

    String toText() {
        return String.format(
                Locale.ROOT,
                """
                sent                        %8d  of them %d while nobody was logged in
                received                    %8d  distinct
                duplicated                  %8d
                lost                        %8d
                lost inside a declared gap  %8d
                lost outside                %8d  must be 0
                out of order                %8d  must be 0
                holes in sequences          %8d  must be 0
                untrue gaps                 %8d  must be 0
                gaps declared               %8d  %s
                """,
                sent,
                unheard,
                received,
                duplicated,
                lostInsideGaps + lostOutsideGaps,
                lostInsideGaps,
                lostOutsideGaps,
                outOfOrder,
                holes,
                untrueGaps,
                gaps.values().stream().mapToInt(Integer::intValue).sum(),
                gaps);
    }
}
