package org.chatbridge.quickstart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What became of each figure where one thing is larger, beside the mean of the rows of the base. Pure.
 *
 * @param rows at least one of them of the base
 */
record GrowthTable(List<Row> rows) {
    /**
     * What was measured at one size.
     *
     * @param figures by name: the more the better
     */
    record Row(Growth growth, Map<String, Double> figures) {}

    /** A head, a line for each row, and one that says which figure has suffered most. */
    List<String> lines() {
        List<String> names = List.copyOf(rows.get(0).figures().keySet());
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "%-16s", "beside the base"));
        names.forEach(name -> head.append(String.format(Locale.ROOT, "%24s", name)));
        List<String> lines = new ArrayList<>(List.of(head.toString()));
        String bent = "what bends first: nothing";
        double least = 1;
        for (Row row : rows) {
            StringBuilder line = new StringBuilder(
                    String.format(Locale.ROOT, "%-16s", row.growth().label()));
            for (Map.Entry<String, Double> figure : besideTheBase(row).entrySet()) {
                line.append(String.format(Locale.ROOT, "%24.2f", figure.getValue()));
                if (figure.getValue() < least && row.growth() != Growth.BASE) {
                    least = figure.getValue();
                    bent = String.format(
                            Locale.ROOT,
                            "what bends first: %s with %s, %.2f of the base",
                            figure.getKey(),
                            row.growth().label(),
                            least);
                }
            }
            lines.add(line.toString());
        }
        lines.add(bent);
        return lines;
    }

    private Map<String, Double> besideTheBase(Row row) {
        Map<String, Double> ratios = new LinkedHashMap<>();
        row.figures().forEach((name, figure) -> ratios.put(name, figure / ofTheBase(name)));
        return ratios;
    }

    private double ofTheBase(String name) {
        return rows.stream()
                .filter(row -> row.growth() == Growth.BASE)
                .mapToDouble(row -> row.figures().getOrDefault(name, Double.NaN))
                .average()
                .orElseThrow();
    }
}
