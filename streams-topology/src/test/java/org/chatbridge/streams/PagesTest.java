package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.chatbridge.program.Request;
import org.chatbridge.program.Response;
import org.chatbridge.program.Route;
import org.junit.jupiter.api.Test;

class PagesTest {
    /** What the page points to that is no file of its own. */
    private static final List<String> API = List.of("/v1/", "/openapi.json", "/health/", "/metrics");

    @Test
    void shouldHaveNoScriptOrStyleWithinThePage() throws Exception {
        String html = files().getOrDefault("/", "");
        assertThat(html).doesNotContainIgnoringCase("<style", " style=", "javascript:");
        assertThat(found(html, "<script[^>]*>")).isNotEmpty().allSatisfy(tag -> assertThat(tag)
                .contains(" src="));
        assertThat(found(html, "\\son[a-z]+\\s*=")).isEmpty();
    }

    @Test
    void shouldServeAllThatThePageLoads() throws Exception {
        Map<String, String> files = files();
        String all = String.join("\n", files.values());
        assertThat(found(all, "(?<=(?:src|href)=\")/[^\"#]+|(?<=from ')/[^']+"))
                .contains("/dashboard.js", "/uplot.js", "/icon.svg")
                .allSatisfy(path -> assertThat(
                                files.containsKey(path) || API.stream().anyMatch(path::startsWith))
                        .as(path)
                        .isTrue());
    }

    @Test
    void shouldNeverReadTextAsHtml() throws Exception {
        files().forEach((path, text) -> assertThat(text)
                .as(path)
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "setHTML"));
    }

    @Test
    void shouldAllowTheBrowserOnlyWhatThisServerSends() throws Exception {
        for (Route route : Pages.files()) {
            assertThat(Arrays.asList(get(route)
                            .headers()
                            .getOrDefault("Content-Security-Policy", "")
                            .split("; ")))
                    .as(route.path())
                    .contains(
                            "default-src 'none'",
                            "script-src 'self'",
                            "style-src 'self'",
                            "connect-src 'self'",
                            "img-src 'self'",
                            "require-trusted-types-for 'script'");
        }
    }

    private static Map<String, String> files() throws Exception {
        Map<String, String> files = new TreeMap<>();
        for (Route route : Pages.files()) {
            files.put(route.path(), new String(get(route).body(), StandardCharsets.UTF_8));
        }
        return files;
    }

    private static Response get(Route route) throws Exception {
        return ((Route.Handler) route.answering()).handle(new Request(route.path(), Map.of(), Map.of(), Map.of()));
    }

    private static List<String> found(String text, String pattern) {
        return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }
}
