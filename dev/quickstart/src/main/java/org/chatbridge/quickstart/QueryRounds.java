package org.chatbridge.quickstart;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Asks instances of the views for one kind of answers, and the same HTTP server for a constant of the same size, by turns and
 * as fast as they answer. Whoever asks is on the same processors.
 */
final class QueryRounds {
    /** The columns of {@link Round}. */
    static final String HEAD = String.format(
            Locale.ROOT,
            "%-32s%8s%10s%12s%7s%10s%12s%10s  %s",
            "",
            "bytes",
            "answers/s",
            "constants/s",
            "ratio",
            "CPU us",
            "of constant",
            "of asker",
            "answers:" + Latencies.HEAD);

    private final Asked asked;
    private final List<Stand.Instance> views;
    private final Stand.Instance constant;
    private final HttpLoad answers;
    private final HttpLoad constants;

    QueryRounds(Asked asked, List<Stand.Instance> views, Stand.Instance constant, int connections) {
        this.asked = asked;
        this.views = views;
        this.constant = constant;
        List<URI> servers = views.stream().map(Stand.Instance::uri).toList();
        this.answers = new HttpLoad(servers, asked.questions(), connections);
        this.constants = new HttpLoad(List.of(constant.uri()), asked.constants(), connections);
    }

    /**
     * One round, or the median of several.
     *
     * @param perSecond answers of the views
     * @param constantsPerSecond of the other
     * @param cpuMicros an answer took in all instances together
     * @param askingMicros an answer took in this process
     * @param failed answers of both other than 200
     */
    record Round(
            double perSecond,
            double constantsPerSecond,
            double cpuMicros,
            double constantCpuMicros,
            double askingMicros,
            long failed,
            Latencies latencies) {
        double ratio() {
            return perSecond / constantsPerSecond;
        }

        static Round median(List<Round> rounds) {
            return new Round(
                    median(rounds, Round::perSecond),
                    median(rounds, Round::constantsPerSecond),
                    median(rounds, Round::cpuMicros),
                    median(rounds, Round::constantCpuMicros),
                    median(rounds, Round::askingMicros),
                    rounds.stream().mapToLong(Round::failed).sum(),
                    Latencies.of(rounds.stream().map(Round::latencies).toList()));
        }

        private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
            double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    Asked asked() {
        return asked;
    }

    /** Asks both, half of the time each. */
    void warmUp(Duration length) throws InterruptedException, IOException {
        answers.asFastAsItAnswers(length.dividedBy(2));
        constants.asFastAsItAnswers(length.dividedBy(2));
    }

    Round round(Duration length) throws InterruptedException, IOException {
        List<Cpu> ofViews =
                views.stream().map(instance -> Cpu.of(instance.program().pid())).toList();
        Cpu own = Cpu.of(ProcessHandle.current().pid());
        HttpLoad.Outcome answered = answers.asFastAsItAnswers(length);
        int count = answered.latencies().count();
        double asking = own.microsFor(count);
        double ofAnswer =
                ofViews.stream().mapToDouble(cpu -> cpu.microsFor(count)).sum();
        Cpu ofConstant = Cpu.of(constant.program().pid());
        HttpLoad.Outcome same = constants.asFastAsItAnswers(length);
        return new Round(
                answered.perSecond(),
                same.perSecond(),
                ofAnswer,
                ofConstant.microsFor(same.latencies().count()),
                asking,
                answered.failed() + same.failed(),
                answered.latencies());
    }

    /** So many rounds, and their median. */
    Round rounds(int count, Duration length, Consumer<Round> each) throws InterruptedException, IOException {
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rounds.add(round(length));
            each.accept(rounds.get(i));
        }
        return Round.median(rounds);
    }

    /** Answers at a rate that is kept whether or not they come: each counts from when it was due. */
    HttpLoad.Outcome steadily(double perSecond, Duration length) throws InterruptedException, IOException {
        return answers.steadily(perSecond, length);
    }

    /** A line under {@link #HEAD}. */
    String line(String what, Round round) {
        return String.format(
                Locale.ROOT,
                "%-32s%8d%10.0f%12.0f%7.2f%10.0f%12.0f%10.0f          %s",
                what + asked.name(),
                asked.bytes(),
                round.perSecond(),
                round.constantsPerSecond(),
                round.ratio(),
                round.cpuMicros(),
                round.constantCpuMicros(),
                round.askingMicros(),
                round.latencies());
    }
}
