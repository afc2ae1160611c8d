package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensFileTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path directory;

    private final AtomicLong nanos = new AtomicLong(SECOND);

    static String line(String name, String token) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        return name + ":" + HexFormat.of().formatHex(digest);
    }

    @Test
    void shouldKnowATokenByItsDigest() throws Exception {
        // given
        Path file = write("# who may ask\n\n  " + line("dashboard", "s3cret") + "  \n" + line("peer", "other") + "\n");

        // when
        Tokens tokens = TokensFile.open(file, nanos::get).now();

        // then
        assertThat(tokens.nameOf("s3cret")).hasValue("dashboard");
        assertThat(tokens.nameOf("other")).hasValue("peer");
        assertThat(tokens.nameOf("")).isEmpty();
        assertThat(tokens.nameOf("s3cret ")).isEmpty();
        assertThat(tokens.nameOf(line("dashboard", "s3cret").substring(10))).isEmpty();
    }

    @Test
    void shouldKnowWhatSha256sumPrints() {
        // printf %s hello | sha256sum
        Tokens tokens = Tokens.parse(List.of("a:2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824"));
        assertThat(tokens.nameOf("hello")).hasValue("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret", "dashboard:s3cret", "dashboard=", ":", "a b:00", "dashboard:s3cret  -"})
    void shouldNameTheLineThatIsWrongAndNeverShowIt(String wrong) throws Exception {
        Path file = write("# comment\n" + wrong + "\n");
        assertThatThrownBy(() -> TokensFile.open(file, nanos::get))
                .isInstanceOf(HttpService.CannotListenException.class)
                .hasMessageStartingWith("http.auth.tokens.file=" + file + ": line 2: expected name:sha256")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void shouldRefuseAFileThatIsNone() throws Exception {
        assertThatThrownBy(() -> TokensFile.open(directory.resolve("none"), nanos::get))
                .hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> TokensFile.open(directory, nanos::get)).hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> TokensFile.open(write("# nobody\n"), nanos::get))
                .hasMessageContaining("no token in it; expected name:sha256");
        assertThatThrownBy(() -> TokensFile.open(write(line("a", "1") + "\n" + line("a", "2")), nanos::get))
                .hasMessageContaining("line 2: expected another name than in a line above: a");
        Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> TokensFile.open(directory.resolve("binary"), nanos::get))
                .hasMessageContaining("expected text in UTF-8");
    }

    @Test
    void shouldReadItAgainWhenItChanges() throws Exception {
        // given
        TokensFile tokens = TokensFile.open(write(line("a", "old")), nanos::get);

        // when
        write(line("b", "new") + "\n");

        // then: at most one look a second
        assertThat(tokens.now().nameOf("old")).isPresent();
        nanos.addAndGet(SECOND);
        assertThat(tokens.now().nameOf("old")).isEmpty();
        assertThat(tokens.now().nameOf("new")).hasValue("b");
    }

    @Test
    void shouldKeepWhatItReadWhileTheFileIsWrong() throws Exception {
        TokensFile tokens = TokensFile.open(write(line("a", "old")), nanos::get);
        write("half a li");
        nanos.addAndGet(SECOND);
        assertThat(tokens.now().nameOf("old")).isPresent();
        Files.delete(directory.resolve("tokens"));
        nanos.addAndGet(SECOND);
        assertThat(tokens.now().nameOf("old")).isPresent();
        write(line("b", "new"));
        nanos.addAndGet(SECOND);
        assertThat(tokens.now().nameOf("old")).isEmpty();
        assertThat(tokens.now().nameOf("new")).isPresent();
    }

    private Path write(String text) throws Exception {
        return Files.writeString(directory.resolve("tokens"), text);
    }
}
