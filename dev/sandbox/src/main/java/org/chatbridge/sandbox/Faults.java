package org.chatbridge.sandbox;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What a simulated LiveChat does wrong on purpose. Each setting holds until it is set again; safe for use by any thread. */
public final class Faults {

    private final List<String> beforeLogin = new CopyOnWriteArrayList<>();
    private volatile @Nullable String loginError;
    private volatile boolean silentLogin;
    private volatile boolean holding;
    private volatile Runnable onRelease = () -> {};

    Faults() {}

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
