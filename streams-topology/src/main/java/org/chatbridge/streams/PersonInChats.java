package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.chatbridge.streams.state.ChatOfPerson;
import org.chatbridge.streams.state.InChat;
import org.chatbridge.streams.state.ShownAs;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Folds what chats tell of one person: which ones the person is in, and how the last one shows them. What is told of one
 * chat comes in its order, what is told of several in any.
 */
final class PersonInChats {
    /** So many chats that the person has left are remembered, in case what was told of them before comes again. */
    static final int MOST_LEFT = 200;

    private static final Comparator<ChatOfPerson> BY_AGE =
            Comparator.comparing(ChatOfPerson::getAt, Stamps.ORDER).thenComparing(ChatOfPerson::getChatId);

    private static final Comparator<String> TEXT = Comparator.nullsFirst(Comparator.naturalOrder());

    private static final Comparator<ShownAs> SHOWN_LATER = Comparator.comparing(ShownAs::getAt, Stamps.ORDER)
            .thenComparing(ShownAs::getName, TEXT)
            .thenComparing(ShownAs::getEmail, TEXT);

    private PersonInChats() {}

    /** The chats after one more word; of the same moment of a chat the word that was told last counts. */
    static List<ChatOfPerson> chats(List<ChatOfPerson> chats, InChat told) {
        List<ChatOfPerson> after = new ArrayList<>();
        for (ChatOfPerson chat : chats) {
            if (!chat.getChatId().equals(told.getChatId())) {
                after.add(chat);
            } else if (chat.getIn() == told.getIn() || Stamps.isAfter(chat.getAt(), told.getAt())) {
                return chats;
            }
        }
        after.add(new ChatOfPerson(told.getChatId(), told.getIn(), told.getAt()));
        forgetEarliestLeft(after);
        after.sort(Comparator.comparing(ChatOfPerson::getChatId));
        return after;
    }

    private static void forgetEarliestLeft(List<ChatOfPerson> chats) {
        List<ChatOfPerson> left = chats.stream().filter(chat -> !chat.getIn()).toList();
        if (left.size() > MOST_LEFT) {
            Set<ChatOfPerson> earliest =
                    left.stream().sorted(BY_AGE).limit(left.size() - MOST_LEFT).collect(Collectors.toSet());
            chats.removeIf(earliest::contains);
        }
    }

    /** Chats that the person is in, ascending. */
    static List<String> chatIds(List<ChatOfPerson> chats) {
        return chats.stream()
                .filter(ChatOfPerson::getIn)
                .map(ChatOfPerson::getChatId)
                .sorted()
                .toList();
    }

    /** How the person is shown after one more word: as the latest push says that says it. */
    static @Nullable ShownAs shown(@Nullable ShownAs shown, InChat told) {
        Stamp seenAt = told.getSeenAt();
        if (seenAt == null) {
            return shown;
        }
        ShownAs other = new ShownAs(seenAt, told.getName(), told.getEmail());
        return shown == null || SHOWN_LATER.compare(other, shown) > 0 ? other : shown;
    }
}
