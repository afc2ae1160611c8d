package org.chatbridge.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a simulated LiveChat does wrong on purpose. Each setting holds until it is set again; safe for use by any thread. */
public final class Faults {

    private final List<String> beforeLogin = new CopyOnWriteArrayList<>();
    private volatile @Nullable String loginError;
    private volatile boolean silentLogin;
    private volatile boolean holding;
    private volatile Runnable onRelease = () -> {};
    private volatile Duration lateBy = Duration.ZERO;
    private final AtomicInteger early = new AtomicInteger();
    private final Set<String> expired = ConcurrentHashMap.newKeySet();
    private volatile String token;

    /** @param token what a login must carry */
    Faults(String token) {
        this.token = token;
    }

    /** Refuses every login with an error of this type, such as {@code license_expired}; null: logins are answered again. */
    public void refuseLogins(@Nullable String errorType) {
        loginError = errorType;
    }

    /** Leaves logins unanswered, or answers them again. */
    public void ignoreLogins(boolean ignore) {
        silentLogin = ignore;
    }

    /** Sends these raw frames before the response to each successful login; none: nothing. */
    public void pushBeforeLoginResponse(String... rawFrames) {
        beforeLogin.clear();
        beforeLogin.addAll(List.of(rawFrames));
    }

    /** Keeps requests other than {@code login} unanswered (the 11th is refused), or answers the kept and all later ones. */
    public void holdResponses(boolean hold) {
        holding = hold;
        if (!hold) {
            onRelease.run();
        }
    }

    /** Hears every request, logins too, so much later; zero: at once. */
    public void delayResponses(Duration delay) {
        lateBy = delay;
    }

    /** Lets so many pushes of the world overtake the response to the next successful login. */
    public void pushEarly(int pushes) {
        early.set(pushes);
    }

    /** Accepts no other token from now on; the one before is answered with {@code authentication}. */
    public void renewToken(String next) {
        expired.add(token);
        expired.remove(next);
        token = next;
    }

    Duration lateBy() {
        return lateBy;
    }

    /** How many pushes shall overtake this login's response; none the next time. */
    int takeEarly() {
        return early.getAndSet(0);
    }

    String token() {
        return token;
    }

    boolean hasExpired(String other) {
        return expired.contains(other);
    }

    void onRelease(Runnable action) {
        onRelease = action;
    }

    @Nullable
    String loginError() {
        return loginError;
    }

    boolean ignoresLogins() {
        return silentLogin;
    }

    boolean holdsResponses() {
        return holding;
    }

    List<String> beforeLogin() {
        return beforeLogin;
    }
}
