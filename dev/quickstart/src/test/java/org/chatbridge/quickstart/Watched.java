package org.chatbridge.quickstart;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chatbridge.quickstart.PromQl.LabelMatcher;
import org.chatbridge.quickstart.PromQl.Selector;

/** What the dashboard and the alert rules ask Prometheus for, held against what the programs tell it. */
final class Watched {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();
    private static final Pattern RULE =
            Pattern.compile("(?m)^( +)- alert: (\\w+)\n(?:\\1  .*\n)*?\\1  expr: (.*\n(?:\\1    .*\n)*)");
    private static final Pattern JOB = Pattern.compile("(?m)^ *- job_name: (\\w+)$");
    private static final Pattern SEVERITY = Pattern.compile("severity: (\\w+)");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)\\}\\}");
    private static final Pattern VARIABLE = Pattern.compile("label_values\\((.*), *(\\w+)\\)");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)(?:\\{(.*)\\})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final List<Question> questions = new ArrayList<>();
    private final List<Series> series = new ArrayList<>();

    /** @param labels what is shown of its answers */
    private record Question(String where, PromQl query, Set<String> labels) {}

    private record Series(String name, Map<String, String> labels) {
        boolean isMeantBy(Selector selector) {
            return name.equals(selector.name()) && selector.matchers().stream().allMatch(this::fits);
        }

        /** What a variable of the dashboard stands for is not known here. */
        private boolean fits(LabelMatcher matcher) {
            String value = labels.get(matcher.label());
            return value != null && (matcher.value().contains("$") || matcher.matches(value));
        }
    }

    /** @param deploy the folder of that name */
    Watched(Path deploy) throws IOException {
        JsonNode dashboard = dashboard(deploy);
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                ask(
                        panel.path("title").asText(),
                        target.path("expr").asText(),
                        found(LEGEND, target.path("legendFormat").asText()));
            }
        }
        for (JsonNode variable : dashboard.path("templating").path("list")) {
            VARIABLE.matcher(variable.path("query").path("query").asText())
                    .results()
                    .forEach(values ->
                            ask("$" + variable.path("name").asText(), values.group(1), Set.of(values.group(2))));
        }
        String rules = Files.readString(deploy.resolve("prometheus/alerts.yml"));
        RULE.matcher(rules).results().forEach(rule -> ask(rule.group(2), rule.group(3), Set.of()));

        // What Prometheus tells by itself.
        found(JOB, Files.readString(deploy.resolve("prometheus/prometheus.yml")))
                .forEach(job -> series.add(new Series("up", target(job))));
        RULE.matcher(rules).results().forEach(rule -> found(SEVERITY, rules)
                .forEach(severity -> series.add(new Series(
                        "ALERTS", Map.of("alertname", rule.group(2), "alertstate", "firing", "severity", severity)))));
    }

    static JsonNode dashboard(Path deploy) throws IOException {
        return JSON.readTree(
                deploy.resolve("grafana/dashboards/chatbridge.json").toFile());
    }

    /** Where something is asked for. */
    List<String> questions() {
        return questions.stream().map(Question::where).toList();
    }

    /** Adds what a program answers at {@code /metrics}. */
    void told(String job, String metrics) {
        SAMPLE.matcher(metrics).results().forEach(sample -> {
            Map<String, String> labels = new TreeMap<>(target(job));
            if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2)).results().forEach(label -> labels.put(label.group(1), label.group(2)));
            }
            series.add(new Series(sample.group(1), labels));
        });
    }

    /** What is asked for and nobody tells, each a sentence. */
    List<String> unanswered() {
        return questions.stream().flatMap(this::unanswered).toList();
    }

    private Stream<String> unanswered(Question question) {
        Set<String> known = series.stream()
                .filter(one -> question.query().selectors().stream().anyMatch(one::isMeantBy))
                .flatMap(one -> one.labels().keySet().stream())
                .collect(Collectors.toSet());
        Set<String> labels = new TreeSet<>(question.labels());
        Set<String> grouped = question.query().grouped();
        Stream<String> lost = labels.stream()
                .filter(label -> !grouped.isEmpty() && !grouped.contains(label))
                .map(label -> question.where() + ": shows " + label + ", by which nothing is grouped");
        labels.addAll(grouped);
        return Stream.of(
                        question.query().selectors().stream()
                                .filter(selector -> series.stream().noneMatch(one -> one.isMeantBy(selector)))
                                .map(selector -> question.where() + ": no series is " + selector),
                        labels.stream()
                                .filter(label -> !known.contains(label))
                                .map(label -> question.where() + ": no series has the label " + label),
                        lost)
                .flatMap(sentences -> sentences);
    }

    /** What Prometheus adds to all that it is told; the last on Kubernetes alone. */
    private static Map<String, String> target(String job) {
        return Map.of("job", job, "instance", "", "namespace", "");
    }

    private void ask(String where, String expression, Set<String> labels) {
        questions.add(new Question(where, PromQl.of(expression), labels));
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
