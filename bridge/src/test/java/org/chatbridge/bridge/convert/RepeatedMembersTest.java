package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepeatedMembersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'a':1,'a':2}|{'a#1':1,'a':2}",
                "{'a':1,'b':2}|{'a':1,'b':2}",
                "{'a#1':1,'a':2,'a':3,'a':4}|{'a#1':1,'a#2':2,'a#3':3,'a':4}",
                "[{'a':{'a':1,'a':[{'a':2}]}},{'a':3}]|[{'a':{'a#1':1,'a':[{'a':2}]}},{'a':3}]",
                "{ 'a' : 1 ,\t'a':'\\u0436ж\\ud83d' }|{ 'a#1' : 1 ,\t'a':'\\u0436ж\\ud83d' }",
                "{'ж\\\\':1E400,'\\u0436\\\\':{'\\'':1,'\\'':2}}|{'ж\\\\#1':1E400,'\\u0436\\\\':{'\\'#1':1,'\\'':2}}",
            })
    void shouldGiveTheEarlierOfANameAnotherAndLeaveAllElseAsItIs(String frame, String renamed) throws IOException {
        byte[] distinct =
                RepeatedMembers.rename(frame.replace('\'', '"').getBytes(UTF_8)).frame();

        assertThat(new String(distinct, UTF_8)).isEqualTo(renamed.replace('\'', '"'));
    }

    /** A large frame is there once more, and not several times: it is the same one after every restart. */
    @Test
    void shouldNotNeedMuchMoreThanTheFrame() throws IOException {
        byte[] frame = ("{\"a\":1,\"a\":\"" + "ж".repeat(4 << 20) + "\"}").getBytes(UTF_8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        RepeatedMembers.rename(frame);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(3L * frame.length);
    }
}
