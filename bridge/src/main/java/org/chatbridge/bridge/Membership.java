package org.chatbridge.bridge;

import java.util.Optional;
import java.util.function.Consumer;
import org.chatbridge.bridge.connection.ConnectionIds;
import org.chatbridge.bridge.connection.Supervisor;
import org.chatbridge.bridge.delivery.ByTurns;
import org.chatbridge.bridge.journal.Journal;
import org.chatbridge.bridge.journal.LastFrame;
import org.chatbridge.bridge.ledger.Ledger;
import org.chatbridge.bridge.standby.Slot;
import org.chatbridge.bridge.standby.SlotMemory;

/** The turns of one bridge of a group: takes up the account's ledger when a turn begins, and hands all over when it ends. */
record Membership(
        SlotMemory memory,
        Journal journal,
        Ledger ledger,
        ConnectionIds ids,
        ByTurns delivery,
        Supervisor supervisor,
        Consumer<String> failure)
        implements Slot.Listener {

    @Override
    public void ours(Optional<byte[]> left) {
        memory.found(left);
        delivery.undecided(); // before the first word of its own: another's would be left out
        takeUp(journal, ledger, ids);
        delivery.lead(memory.newestOfAnother());
        supervisor.itsTurn();
    }

    @Override
    public void stillAnothers() {
        delivery.follow();
    }

    @Override
    public void anothers() {
        delivery.undecided(); // there may be no other: the group says so when it has this one back
        try {
            supervisor.anothersTurn();
        } finally {
            ledger.handOver();
        }
    }

    @Override
    public void failed(String lastWord) {
        failure.accept(lastWord);
    }

    /** Goes on with the account where it was left. */
    static void takeUp(Journal journal, Ledger ledger, ConnectionIds ids) {
        LastFrame last = journal.lastFrame();
        ledger.open(last);
        if (last != null) {
            ids.comeAfter(last.connectionId());
        }
        ledger.connections().forEach(ids::comeAfter);
    }
}
