package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Lets each {@link Activity} happen to somebody to whom it can.
 *
 * <p>Who is in a chat changes only with a push that says so, and the users of an {@code incoming_chat_thread} are exactly
 * those that the pushes before it had left in the chat: adding them up and replacing them gives the same.
 */
final class Happenings {

    private final Chats chats;
    private final Script script;
    private final Talk talk;
    private final Staffing staffing;
    private final ChatLife life;

    Happenings(Team team, Chats chats, Phrases phrases, Random random, BiConsumer<String, ObjectNode> pushes) {
        this.chats = chats;
        this.script = new Script(phrases, pushes);
        this.talk = new Talk(script, phrases, random);
        this.staffing = new Staffing(script, team, random);
        this.life = new ChatLife(script, chats, staffing, phrases, random);
    }

    void setTime(long unixSeconds) {
        script.setTime(unixSeconds);
    }

    /** Makes it happen; false, with nothing changed, when nobody is there to whom it could happen. */
    boolean attempt(Activity activity) {
        return switch (activity) {
            case OPEN_CHAT -> life.open();
            case REOPEN -> life.reopen();
            case LATE_ANNOTATION -> life.annotateLate();
            case CUSTOMER_LEAVES -> life.customerLeaves();
            case BAN -> life.ban();
            case UNBAN -> life.unban();
            case CLOSE -> in(Happenings::any, life::close);
            case AGENT_STATUS -> always(staffing::changeStatus);
            case BROADCAST -> always(staffing::broadcast);
            case ASSIGN -> in(chat -> chat.agents.isEmpty(), staffing::assign);
            case TRANSFER -> in(Happenings::isAttended, staffing::transfer);
            case SUPERVISE -> in(chat -> isAttended(chat) && !isWatched(chat), staffing::supervise);
            case TAKE_OVER -> in(Happenings::isWatched, staffing::takeOver);
            case SCOPES -> in(Happenings::any, staffing::changeScopes);
            case WHISPER -> in(Happenings::isWatched, talk::whisper);
            case AGENT_MESSAGE -> in(Happenings::isAttended, talk::agentMessage);
            case CUSTOM -> in(Happenings::isAttended, talk::custom);
            case MARK_SEEN -> in(Happenings::isAttended, talk::markSeen);
            case CUSTOMER_MESSAGE -> in(Happenings::any, talk::customerMessage);
            case FILE -> in(Happenings::any, talk::file);
            case TYPING -> in(Happenings::any, talk::typing);
            case SNEAK_PEEK -> in(Happenings::any, talk::sneakPeek);
            case LAST_SEEN -> in(Happenings::any, talk::lastSeen);
            case CUSTOMER_UPDATE -> in(Happenings::any, talk::browse);
            case RATE -> in(Happenings::any, talk::rate);
        };
    }

    private interface InChat {
        void happen(Chat chat);
    }

    private boolean in(Predicate<Chat> wanted, InChat what) {
        Chat chat = chats.someOpen(wanted);
        if (chat == null) {
            return false;
        }
        what.happen(chat);
        return true;
    }

    private static boolean always(Runnable what) {
        what.run();
        return true;
    }

    private static boolean any(Chat chat) {
        return chat.thread().active;
    }

    private static boolean isAttended(Chat chat) {
        return !chat.agents.isEmpty();
    }

    private static boolean isWatched(Chat chat) {
        return !chat.supervisors.isEmpty();
    }
}
