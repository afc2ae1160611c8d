package org.chatbridge.bridge.ledger;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.journal.LastFrame;
import org.chatbridge.program.Obstacle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the account of when LiveChat was seen: every stretch in which it was not becomes a gap, told when it opens, when it
 * closes and when more is known of it. It is remembered beyond the process, so that a crash is found at the next start.
 * By any thread.
 */
public final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final Duration REMEMBER_EVERY = Duration.ofMillis(500);
    private static final Duration REMINDER = Duration.ofMinutes(1);

    private final Memory memory;
    private final Consumer<Frame> words;
    private final BooleanSupplier areWritten;
    private final LongSupplier end;
    private final LongSupplier endOnDisk;
    private final Clock clock;
    private final Obstacle obstacle = new Obstacle(LOG, REMINDER, System::nanoTime, "");
    private LedgerState state;
    private @Nullable Heard heard;
    private Instant rememberedAt = Instant.EPOCH;
    private boolean unsaved;
    private boolean kept;
    private long opened;

    /** What is remembered of a connection as soon as all that the journal had then is on the disk. */
    private record Heard(LedgerState.Seeing seeing, long end) {}

    /**
     * An account that is not opened yet.
     *
     * @param words takes the gaps on their way to Kafka; must not block
     * @param areWritten whether all words that were given are in the journal
     * @param end where the journal ends, as a position that grows
     * @param endOnDisk where that ends which is surely on the disk, whatever happens to the machine
     */
    public Ledger(
            Memory memory,
            Consumer<Frame> words,
            BooleanSupplier areWritten,
            LongSupplier end,
            LongSupplier endOnDisk,
            Clock clock) {
        this.memory = memory;
        this.words = words;
        this.areWritten = areWritten;
        this.end = end;
        this.endOnDisk = endOnDisk;
        this.clock = clock;
        this.state = LedgerState.begun(clock.instant());
    }

    /**
     * Takes up the account where it was left; a process that ended without a word leaves a gap.
     *
     * @param last the last push in the journal; null where there was none
     */
    public synchronized void open(@Nullable LastFrame last) {
        Instant now = clock.instant();
        kept = true;
        heard = null;
        state = recalled(now);
        state.untold().forEach(this::tell); // the process ended before the journal had room for them
        LedgerState.Seeing seeing = state.seeing();
        Gap gap = state.gap();
        if (gap != null
                && last != null
                && last.connectionId().equals(gap.connectionId())
                && last.sequence() > gap.lastSequence()) {
            // It was on its way into a full journal when the bridge was stopped.
            gap = gap.withLast(last.sequence(), last.receivedAt());
            state = state.with(gap);
        }
        if (gap != null && !gap.isOpen()) {
            tell(gap); // what was told of it may have ended with the process
        }
        if (seeing != null) {
            boolean same = last != null && last.connectionId().equals(seeing.connectionId());
            Instant lastPushAt = last != null && same ? last.receivedAt() : seeing.lastPushAt();
            long sequence = last != null && same ? Math.max(last.sequence(), seeing.sequence()) : seeing.sequence();
            Instant until = seeing.until();
            Instant from = begin(seeing.since(), seeing.proven() ? until : latest(until, lastPushAt), now);
            open(Gap.opened(seeing.connectionId(), from, Cause.CRASH, "", sequence, lastPushAt));
        } else if (gap == null && last != null) {
            Instant from = earliest(last.receivedAt(), now);
            open(Gap.opened(last.connectionId(), from, Cause.CRASH, "", last.sequence(), last.receivedAt()));
        } else if (gap != null && gap.isOpen()) {
            state = state.with(gap.withRetrying(true));
            tell(gap.withRetrying(true));
        }
        save(now);
    }

    /** A connection sees from now on: its login is answered. Closes the gap, if one is open. */
    public synchronized void sees(String connectionId, Instant at) {
        heard = null;
        state = state.seeing(new LedgerState.Seeing(connectionId, at, at, true, 0, null));
        Gap gap = state.gap();
        if (gap != null && gap.isOpen()) {
            Gap closed = gap.closed(at, connectionId);
            state = state.closed(closed, at);
            LOG.info(
                    "LiveChat could not be seen from {} to {} ({})",
                    closed.openedAt(),
                    at,
                    closed.cause().label());
            tell(closed);
        }
        save(at);
    }

    /**
     * The connection that sees was heard, and had this many pushes, all of which the journal was given. Remembered when they
     * are on the disk.
     *
     * @param until from when on pushes would be missing if it ended now
     * @param proven whether pushes that come later make that no later
     */
    public synchronized void hears(
            String connectionId, Instant until, boolean proven, long sequence, @Nullable Instant lastPushAt) {
        LedgerState.Seeing seeing = state.seeing();
        if (seeing == null || !seeing.connectionId().equals(connectionId)) {
            return;
        }
        keepWhatIsOnDisk();
        if (heard == null) {
            LedgerState.Seeing seen =
                    new LedgerState.Seeing(connectionId, seeing.since(), until, proven, sequence, lastPushAt);
            heard = new Heard(seen, end.getAsLong());
            keepWhatIsOnDisk();
        }
        Instant now = clock.instant();
        LedgerState.Seeing sure = state.seeing();
        boolean isProof = sure != null && sure.proven() && !sure.until().equals(seeing.until());
        // Also where the clock was set back.
        if (unsaved || isProof || Duration.between(rememberedAt, now).abs().compareTo(REMEMBER_EVERY) >= 0) {
            save(now);
        }
    }

    private void keepWhatIsOnDisk() {
        Heard last = heard;
        if (last != null && last.end() <= endOnDisk.getAsLong()) {
            state = state.seeing(last.seeing());
            heard = null;
        }
    }

    /** The first push of a connection arrived. */
    public synchronized void firstPush(String connectionId, Instant at) {
        Gap gap = state.gap();
        if (gap != null && connectionId.equals(gap.nextConnectionId()) && gap.firstPushAt() == null) {
            change(gap.withFirstPush(at));
        }
    }

    /** A connection has asked for what the gap before it hid. */
    public synchronized void resynced(String connectionId, Resynced learned) {
        Gap gap = state.gap();
        if (gap != null && connectionId.equals(gap.nextConnectionId())) {
            change(gap.withResync(learned));
        }
    }

    /**
     * A connection is lost, or an attempt at one has failed. Opens a gap where that connection saw; and where none ever
     * did, from the beginning of the ledger on.
     *
     * @param at from when on pushes may be missing
     * @param detail may be empty
     */
    public synchronized void lost(
            String connectionId,
            Instant at,
            Cause cause,
            String detail,
            long lastSequence,
            @Nullable Instant lastPushAt) {
        LedgerState.Seeing seeing = state.seeing();
        Instant now = clock.instant();
        if (seeing != null) {
            Instant from = begin(seeing.since(), at, now);
            open(Gap.opened(seeing.connectionId(), from, cause, detail, lastSequence, lastPushAt));
            save(now);
        } else if (kept && state.gap() == null && cause != Cause.SHUTDOWN && cause != Cause.HANDED_OVER) {
            Instant from = earliest(state.beganAt(), now);
            open(Gap.opened(connectionId, from, cause, detail, lastSequence, lastPushAt));
            save(now);
        }
    }

    /** Another bridge keeps the account from now on. */
    public synchronized void handOver() {
        kept = false;
    }

    /** The bridge does not try to connect any more. Does nothing where no gap is open. */
    public synchronized void gaveUp() {
        Gap gap = state.gap();
        if (kept && gap != null && gap.isOpen() && gap.retrying()) {
            change(gap.withRetrying(false));
        }
    }

    /** The share of a window up to now in which LiveChat was seen, from 0 to 1; NaN where another bridge keeps account. */
    public synchronized double coverage(Duration window) {
        return kept ? state.coverage(window, clock.instant()) : Double.NaN;
    }

    /** The gap that is open; null while LiveChat is seen, or where another bridge keeps account. */
    public synchronized @Nullable Gap openGap() {
        Gap gap = state.gap();
        return kept && gap != null && gap.isOpen() ? gap : null;
    }

    /** The ids of the connections that the account knows of. */
    public synchronized List<String> connections() {
        List<String> known = new ArrayList<>();
        Gap gap = state.gap();
        if (gap != null) {
            known.add(gap.connectionId());
            if (gap.nextConnectionId() != null) {
                known.add(gap.nextConnectionId());
            }
        }
        if (state.seeing() != null) {
            known.add(state.seeing().connectionId());
        }
        return known;
    }

    /** How many gaps were opened since the start. */
    public synchronized long opened() {
        return opened;
    }

    private LedgerState recalled(Instant now) {
        try {
            byte[] remembered = memory.recall().orElse(null);
            return remembered == null ? LedgerState.begun(now) : LedgerJson.read(remembered);
        } catch (IOException e) {
            LOG.error("what was remembered of the gaps cannot be read, the ledger begins anew: {}", e.toString());
            return LedgerState.begun(now);
        }
    }

    private void open(Gap gap) {
        opened++;
        state = state.opened(gap, areWritten.getAsBoolean());
        LOG.warn(
                "LiveChat cannot be seen since {}: {}{}",
                gap.openedAt(),
                gap.cause().label(),
                gap.detail() == null ? "" : " (" + gap.detail() + ")");
        tell(gap);
    }

    private void change(Gap changed) {
        state = state.with(changed);
        tell(changed);
        save(clock.instant());
    }

    private void tell(Gap gap) {
        words.accept(new Frame(
                gap.connectionId(),
                gap.lastSequence(),
                Frame.micros(clock.instant()),
                null,
                Frame.Kind.GAP,
                LedgerJson.word(gap)));
    }

    private void save(Instant now) {
        if (areWritten.getAsBoolean()) {
            state = state.told();
        }
        try {
            memory.remember(LedgerJson.write(state));
            unsaved = false;
            obstacle.isGone();
        } catch (IOException e) {
            unsaved = true;
            obstacle.is("the ledger of gaps cannot be saved: " + e + ". Trying again");
        }
        rememberedAt = now;
    }

    /**
     * Where a gap begins: when sight was lost, not before the login. What lies in the future is of a clock that was set back
     * since: such a login does not count, and a gap that begins there would have no length.
     */
    private static Instant begin(Instant login, Instant sightLostAt, Instant now) {
        return earliest(login.isAfter(now) ? sightLostAt : latest(login, sightLostAt), now);
    }

    private static Instant latest(Instant one, @Nullable Instant other) {
        return other != null && other.isAfter(one) ? other : one;
    }

    private static Instant earliest(Instant one, Instant other) {
        return other.isBefore(one) ? other : one;
    }
}
