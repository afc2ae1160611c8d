package org.chatbridge.program;

import java.io.PrintStream;
import java.util.List;

/** What became of a program's arguments: settings to run with, or an answer to print instead. */
public sealed interface LoadResult {
    /**
     * Every setting is there and right.
     *
     * @param overruled what the file says and the environment says otherwise, a line each, without values
     */
    record Loaded(Settings settings, List<String> overruled) implements LoadResult {
        public Loaded {
            overruled = List.copyOf(overruled);
        }
    }

    /**
     * The program is to print this and to end.
     *
     * @param text lines, the last one ended too
     * @param exitCode 0 where the user asked for the text, 2 where a setting is wrong
     */
    record Answer(String text, int exitCode) implements LoadResult {
        /** Prints to the first where the user asked for it, else to the second. */
        public void print(PrintStream out, PrintStream err) {
            PrintStream target = exitCode == 0 ? out : err;
            target.print(text);
            target.flush();
        }
    }
}
