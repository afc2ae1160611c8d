package org.chatbridge.streams;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.chatbridge.avro.CustomerBanned;
import org.chatbridge.avro.CustomerUnbanned;
import org.chatbridge.avro.CustomerUpdated;
import org.chatbridge.avro.view.CustomerRow;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.state.CustomerState;
import org.chatbridge.streams.state.InChat;
import org.chatbridge.streams.state.ShownAs;
import org.chatbridge.streams.state.Told;
import org.jspecify.annotations.Nullable;

/** Every customer as last updated, the ban and the chats, by customer id. */
final class CustomersView implements View<CustomerState, CustomerRow> {
    @Override
    public ViewTopic topic() {
        return ViewTopic.CUSTOMERS;
    }

    @Override
    public Schema stateSchema() {
        return CustomerState.getClassSchema();
    }

    @Override
    public List<Fact<?, CustomerState>> facts() {
        return List.of(
                Fact.of(
                        Action.CUSTOMER_UPDATED,
                        CustomerUpdated.class,
                        (push, state) -> CustomersFold.updated(push, RowJson::text, state)),
                Fact.of(Action.CUSTOMER_BANNED, CustomerBanned.class, CustomersFold::banned),
                Fact.of(Action.CUSTOMER_UNBANNED, CustomerUnbanned.class, CustomersFold::unbanned),
                Fact.of(Source.PEOPLE, InChat.class, CustomersFold::inChat));
    }

    @Override
    public Optional<CustomerRow> row(String customerId, CustomerState state, Instant at) {
        ShownAs shown = state.getShown();
        String lastSeen = text(state, CustomersFold.LAST_SEEN);
        Instant bannedUntil = state.getBannedUntil();
        return Optional.of(CustomerRow.newBuilder()
                .setCustomerId(customerId)
                .setName(or(text(state, CustomersFold.NAME), shown == null ? null : shown.getName()))
                .setEmail(or(text(state, CustomersFold.EMAIL), shown == null ? null : shown.getEmail()))
                .setAvatar(text(state, CustomersFold.AVATAR))
                .setLastSeen(lastSeen == null ? null : Instant.parse(lastSeen))
                .setProperties(texts(state.getProperties()))
                .setMonitoring(text(state, CustomersFold.MONITORING))
                .setExtra(texts(state.getExtra()))
                .setUpdatedAt(state.getUpdatedAt())
                .setBanned(CustomersFold.isBanned(state, at))
                .setBannedUntil(bannedUntil != null && bannedUntil.isAfter(at) ? bannedUntil : null)
                .setChatIds(PersonInChats.chatIds(state.getChats()))
                .build());
    }

    private static @Nullable String text(CustomerState state, String member) {
        Told told = state.getMembers().get(member);
        return told == null ? null : told.getText();
    }

    private static @Nullable String or(@Nullable String updated, @Nullable String shown) {
        return updated == null ? shown : updated;
    }

    private static Map<String, String> texts(Map<String, Told> told) {
        Map<String, String> texts = new TreeMap<>();
        told.forEach((name, one) -> texts.put(name, one.getText()));
        return texts;
    }

    @Override
    public Optional<Instant> due(CustomerState state) {
        return Optional.ofNullable(state.getBannedUntil());
    }

    @Override
    public CustomerState aged(CustomerState state, Instant now, boolean touched) {
        return CustomersFold.aged(state, now);
    }
}
