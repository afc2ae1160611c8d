package org.chatbridge.quickstart;

/**
 * Lets things go wrong and counts what was lost: {@code mvn -Prehearsal -Dseed=1 -Dseconds=180}. Exit codes: 0 all as it
 * should be, 1 it is not, 2 a setting is wrong.
 */
public final class RehearsalMain {
    private RehearsalMain() {}

    /** Runs one rehearsal. */
    public static void main(String[] args) throws Exception {
        System.exit(run());
    }

    private static int run() throws Exception {
        Rehearsal rehearsal;
        try {
            rehearsal = new Rehearsal(RehearsalSettings.of(System.getProperties()), System.out);
        } catch (QuickstartSettings.MistakesException | Quickstart.CannotStartException e) {
            System.err.println(e.getMessage());
            return 2;
        }
        try {
            return rehearsal.run() ? 0 : 1;
        } finally {
            rehearsal.close();
        }
    }
}
