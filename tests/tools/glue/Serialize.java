// Frames values with AWS's own serializers, which register their schemas in Glue.
//
// Reads a JSON object from standard input: `endpoint`, `region`, `registry`, `topic` and `schemas`, a list of objects
// with `format`, `compression` (`NONE` or `ZLIB`), `schema` and `values`. Writes a list of lists of base64.
//
// A value is Avro's JSON (AVRO), a JSON text (JSON), or a message in base64 (PROTOBUF, where `message` is its name and
// `descriptors` a `FileDescriptorSet` in base64, with the message's file at the end).

import com.amazonaws.services.schemaregistry.serializers.GlueSchemaRegistryKafkaSerializer;
import com.amazonaws.services.schemaregistry.serializers.json.JsonDataWithSchema;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;

class Serialize {
    public static void main(String[] arguments) throws Exception {
        ObjectMapper json = new ObjectMapper();
        JsonNode request = json.readTree(System.in);
        List<List<String>> answer = new ArrayList<>();
        for (JsonNode part : request.get("schemas")) {
            Map<String, Object> settings = new HashMap<>();
            settings.put("endpoint", request.get("endpoint").asText());
            settings.put("region", request.get("region").asText());
            settings.put("registry.name", request.get("registry").asText());
            settings.put("schemaAutoRegistrationEnabled", "true");
            settings.put("compatibility", "NONE");
            settings.put("dataFormat", part.get("format").asText());
            settings.put("compression", part.get("compression").asText());
            settings.put("avroRecordType", "GENERIC_RECORD");
            settings.put("protobufMessageType", "DYNAMIC_MESSAGE");
            // Schemas of one topic would be versions of one schema, whose format is fixed.
            settings.put("schemaName", part.get("name").asText());
            List<String> values = new ArrayList<>();
            try (GlueSchemaRegistryKafkaSerializer serializer = new GlueSchemaRegistryKafkaSerializer()) {
                serializer.configure(settings, false);
                for (JsonNode value : part.get("values")) {
                    byte[] framed = serializer.serialize(request.get("topic").asText(), valueOf(part, value.asText()));
                    values.add(Base64.getEncoder().encodeToString(framed));
                }
            }
            answer.add(values);
        }
        System.out.println(json.writeValueAsString(answer));
    }

    private static Object valueOf(JsonNode part, String value) throws Exception {
        switch (part.get("format").asText()) {
            case "AVRO":
                Schema schema = new Schema.Parser().parse(part.get("schema").asText());
                return new GenericDatumReader<>(schema)
                        .read(null, DecoderFactory.get().jsonDecoder(schema, value));
            case "JSON":
                return JsonDataWithSchema.builder(part.get("schema").asText(), value).build();
            default:
                byte[] set = Base64.getDecoder().decode(part.get("descriptors").asText());
                FileDescriptor file = null;
                Map<String, FileDescriptor> files = new HashMap<>();
                for (FileDescriptorProto proto : FileDescriptorSet.parseFrom(set).getFileList()) {
                    FileDescriptor[] imports =
                            proto.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new);
                    file = FileDescriptor.buildFrom(proto, imports);
                    files.put(proto.getName(), file);
                }
                return DynamicMessage.parseFrom(
                        file.findMessageTypeByName(part.get("message").asText()),
                        Base64.getDecoder().decode(value));
        }
    }
}
