package landfall;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigData;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.ConfigProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClientBuilder;

/**
 * Puts what stands in a secret of AWS Secrets Manager in the place of {@code ${secretManager:NAME:KEY}}.
 *
 * <p>A secret is a JSON object of texts and numbers, as RDS and the console make it. It is named by its name, or by its
 * ARN with {@code %3A} for each colon, because Kafka splits at colons. The parameter {@code region} says where it is;
 * without one, it is the worker's region. Credentials are the worker's own.
 *
 * <p>It is here because AWS's own provider (aws-samples/msk-config-providers, class
 * com.amazonaws.kafka.config.providers.SecretsManagerConfigProvider) is not on Maven Central; the two understand the same
 * names and the same parameter.
 */
public final class SecretsManagerConfigProvider implements ConfigProvider {
    private SecretsManagerClient client;

    @Override
    public void configure(Map<String, ?> parameters) {
        SecretsManagerClientBuilder builder = SecretsManagerClient.builder();
        Object region = parameters.get("region");
        if (region != null) {
            builder.region(Region.of(region.toString()));
        }
        client = builder.build();
    }

    @Override
    public ConfigData get(String path) {
        return new ConfigData(read(path));
    }

    @Override
    public ConfigData get(String path, Set<String> keys) {
        Map<String, String> all = read(path);
        Map<String, String> wanted = new HashMap<>();
        for (String key : keys) {
            String value = all.get(key);
            if (value == null) {
                throw new ConfigException("secret " + path + " has no " + key + "; it has " + all.keySet());
            }
            wanted.put(key, value);
        }
        return new ConfigData(wanted);
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }

    private Map<String, String> read(String path) {
        String name = path.replace("%3A", ":").replace("%3a", ":");
        String text;
        try {
            text = client.getSecretValue(request -> request.secretId(name)).secretString();
        } catch (SdkException error) {
            throw new ConfigException("secret " + name + " can't be read: " + error.getMessage());
        }
        Map<String, JsonNode> members = objectOf(name, text);
        Map<String, String> values = new HashMap<>();
        members.forEach((key, node) -> {
            if (node.isString()) {
                values.put(key, node.asString());
            } else if (node.isNumber()) {
                values.put(key, node.asNumber());
            }
        });
        return values;
    }

    /** The message never holds the text, nor does its cause: it is a secret. */
    private static Map<String, JsonNode> objectOf(String name, String text) {
        try {
            return JsonNode.parser().parse(text).asObject();
        } catch (RuntimeException error) {
            throw new ConfigException("secret " + name + " is not a JSON object such as {\"username\": …, \"password\": …}");
        }
    }
}
