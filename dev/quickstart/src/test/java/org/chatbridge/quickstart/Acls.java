package org.chatbridge.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;

/**
 * A line of the files in deploy/kafka.
 *
 * @param resource as {@code kafka-acls.sh} calls it
 */
record Acls(AclOperation operation, String resource, PatternType pattern, String name) {
    /** The lines of these files, with other names in place of {@code livechat}. */
    static List<Acls> of(Path root, String livechat, String... files) throws IOException {
        List<Acls> all = new ArrayList<>();
        for (String file : files) {
            Files.readAllLines(root.resolve("deploy/kafka").resolve(file)).stream()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", -1))
                    .map(words -> new Acls(
                            SecurityUtils.operation(words[0]), // as kafka-acls.sh reads it
                            words[1],
                            PatternType.valueOf(words[2].toUpperCase(Locale.ROOT)),
                            words[3].replaceFirst("livechat", livechat)))
                    .forEach(all::add);
        }
        return all;
    }

    /** One of each kind: what is said of a topic by its name is said of the others in the same words. */
    static List<Acls> kinds(List<Acls> all) {
        Map<String, Acls> kinds = new LinkedHashMap<>();
        all.forEach(acl -> kinds.putIfAbsent(
                acl.operation + acl.resource + acl.pattern + (acl.pattern == PatternType.PREFIXED ? acl.name : ""),
                acl));
        return List.copyOf(kinds.values());
    }

    AclBinding of(String principal) {
        return new AclBinding(
                new ResourcePattern(
                        ResourceType.valueOf(resource.toUpperCase(Locale.ROOT).replace('-', '_')), name, pattern),
                new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }

    /** What the programs say where it is missing, a pattern. */
    String missing() {
        return "Kafka does not allow the (bridge|views) .*" + operation + " on " + resource.replace('-', ' ') + " "
                + name.replace(".", "\\.") + ".*; grant that to the user it logs in as";
    }

    @Override
    public String toString() {
        return operation + " on " + resource + " " + name + (pattern == PatternType.PREFIXED ? "*" : "");
    }
}
