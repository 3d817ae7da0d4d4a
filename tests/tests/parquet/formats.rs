//! Protobuf, JSON Schema, JSON with its schema beside, and what Lambda's own integration leaves, each as written by
//! others.

use crate::lake::{APICURIO, Lake, PEERS, TOPIC, avro, event, record, schema_id};
use end_to_end::base64;
use end_to_end::peers::{Protobuf, Reference};
use end_to_end::registry::{Reaction, RegistryProxy};
use record::Source;
use record::event::EventWriter;
use serde_json::{Value, json};

const ADDRESS: &str = r#"syntax = "proto3";
package shop;
message Address { string city = 1; optional string zip = 2; }
"#;

const ORDER: &str = r#"syntax = "proto3";
package shop;
import "address.proto";
import "google/protobuf/timestamp.proto";
message Other { int32 n = 1; }
message Order {
  enum Status { NEW = 0; PAID = 1; }
  message Line { string sku = 1; sint32 count = 2; message Note { string text = 1; } Note note = 3; }
  int64 id = 1;
  Status status = 2;
  repeated Line lines = 3;
  map<string, double> rates = 4;
  Address address = 5;
  google.protobuf.Timestamp at = 6;
  oneof pay { string card = 7; bool cash = 8; }
  bytes raw = 9;
  optional int32 rank = 10;
  uint64 large = 11;
}
"#;

const FILES: [(&str, &str); 2] = [("address.proto", ADDRESS), ("order.proto", ORDER)];

#[tokio::test]
async fn messages_land_with_what_they_refer_to() {
    let whole = json!({
        "id": "-5", "status": "PAID",
        "lines": [{ "sku": "a", "count": -3, "note": { "text": "\u{1f6f6}" } }, {}],
        "rates": { "a": 0.5 },
        "address": { "city": "Seoul", "zip": "" },
        "at": "1969-12-31T23:59:59.999999Z",
        "card": "4242", "raw": "AP8=", "rank": 0, "large": "18446744073709551615",
    });
    let values = PEERS.serialize_protobuf(
        &APICURIO.url(),
        "formats-order",
        Protobuf { files: &FILES, file: "order.proto", message: "shop.Order" },
        &[whole, json!({})],
    );
    assert_eq!(values[0][5..7], [2, 2], "the second message of its file");
    let expected = [
        json!({
            "id": -5, "status": "PAID",
            "lines": [
                { "sku": "a", "count": -3, "note": { "text": "\u{1f6f6}" } },
                { "sku": "", "count": 0, "note": null },
            ],
            "rates": { "$map": [["a", 0.5]] },
            "address": { "city": "Seoul", "zip": "" },
            "at": { "$timestamp": "1969-12-31T23:59:59.999999Z" },
            "card": "4242", "cash": null, "raw": { "$bytes": "AP8=" }, "rank": 0,
            "large": { "$decimal": "18446744073709551615" },
        }),
        json!({
            "id": 0, "status": "NEW", "lines": [], "rates": { "$map": [] }, "address": null, "at": null,
            "card": null, "cash": null, "raw": { "$bytes": "" }, "rank": null, "large": { "$decimal": "0" },
        }),
    ];
    check(&[("VALUE_CONVERTER", "protobuf")], &values, &expected).await;
}

#[tokio::test]
async fn a_message_inside_another_is_found_by_its_indexes() {
    let values = PEERS.serialize_protobuf(
        &APICURIO.url(),
        "formats-note",
        Protobuf { files: &FILES, file: "order.proto", message: "shop.Order.Line.Note" },
        &[json!({ "text": "a" })],
    );
    check(&[("VALUE_CONVERTER", "protobuf")], &values, &[json!({ "text": "a" })]).await;
}

#[tokio::test]
async fn json_lands_as_its_schema_says() {
    let address = r#"{"$schema":"http://json-schema.org/draft-07/schema#","title":"Address","type":"object",
        "properties":{"city":{"type":"string"}},"required":["city"]}"#;
    let schema = r#"{"$schema":"http://json-schema.org/draft-07/schema#","title":"Order","type":"object","properties":{
        "id":{"type":"integer"},
        "ratio":{"type":"number"},
        "ok":{"type":"boolean"},
        "at":{"type":"string","format":"date-time"},
        "tags":{"type":"array","items":{"type":"string"}},
        "note":{"oneOf":[{"type":"null"},{"type":"string"}]},
        "address":{"$ref":"address.json"}
    },"required":["id"]}"#;
    let rows = [
        json!({
            "id": -5, "ratio": 0.5, "ok": true, "at": "2025-11-11T10:15:30.5Z", "tags": ["", "b"], "note": "n",
            "address": { "city": "\u{c11c}\u{c6b8}" },
        }),
        json!({ "id": 6 }),
    ];
    let references = [Reference { name: "address.json", schema: address, references: &[] }];
    let values = PEERS.serialize_json(&APICURIO.url(), "formats-json", schema, &references, &rows);
    let expected = [
        json!({
            "id": -5, "ratio": 0.5, "ok": true, "at": { "$timestamp": "2025-11-11T10:15:30.500000Z" },
            "tags": ["", "b"], "note": "n", "address": { "city": "\u{c11c}\u{c6b8}" },
        }),
        json!({ "id": 6, "ratio": null, "ok": null, "at": null, "tags": null, "note": null, "address": null }),
    ];
    check(&[("VALUE_CONVERTER", "json_schema")], &values, &expected).await;
}

#[tokio::test]
async fn json_lands_by_the_schema_in_its_envelope() {
    let schema = json!({
        "type": "struct", "optional": false, "name": "orders.Value", "fields": [
            { "field": "id", "type": "int64", "optional": false },
            { "field": "price", "type": "bytes", "optional": true, "name": "org.apache.kafka.connect.data.Decimal",
              "version": 1, "parameters": { "scale": "2", "connect.decimal.precision": "9" } },
            { "field": "day", "type": "int32", "optional": false, "name": "io.debezium.time.Date", "version": 1 },
            { "field": "tags", "type": "array", "items": { "type": "string", "optional": false }, "optional": true },
        ],
    });
    let envelope = |payload: Value| json!({ "schema": schema, "payload": payload }).to_string().into_bytes();
    let values = [
        envelope(json!({ "id": 1, "price": base64::encode(&[0xff, 0x85]), "day": -1, "tags": ["a"] })),
        envelope(json!({ "id": 2, "price": null, "day": 0, "tags": null })),
    ];
    let expected = [
        json!({ "id": 1, "price": { "$decimal": "-1.23" }, "day": { "$date": "1969-12-31" }, "tags": ["a"] }),
        json!({ "id": 2, "price": null, "day": { "$date": "1970-01-01" }, "tags": null }),
    ];
    let settings = [("VALUE_CONVERTER", "json"), ("VALUE_CONVERTER_SCHEMAS_ENABLE", "true")];
    check(&settings, &values, &expected).await;
}

#[tokio::test]
async fn plain_json_lands_by_a_schema_that_is_declared() {
    let schema = r#"{"type":"record","name":"Click","fields":[
        {"name":"user","type":"string"},{"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
        {"name":"page","type":["null","string"],"default":null}]}"#;
    let values = [
        br#"{"user":"a","at":1762856130123,"page":"/"}"#.to_vec(),
        br#" {"at":"2025-11-11T10:15:30Z", "user":"b", "more":{}}"#.to_vec(),
    ];
    let expected = [
        json!({ "user": "a", "at": { "$timestamp": "2025-11-11T10:15:30.123000Z" }, "page": "/" }),
        json!({ "user": "b", "at": { "$timestamp": "2025-11-11T10:15:30Z" }, "page": null }),
    ];
    let settings =
        [("VALUE_CONVERTER", "json"), ("VALUE_CONVERTER_SCHEMAS_ENABLE", "false"), ("VALUE_SCHEMA", schema)];
    check(&settings, &values, &expected).await;
}

#[tokio::test]
async fn bytes_and_texts_are_the_column_value() {
    let values = [b"a".to_vec(), b"".to_vec()];
    let texts = [json!({ "value": "a" }), json!({ "value": "" })];
    check(&[("VALUE_CONVERTER", "string")], &values, &texts).await;
    let values = [b"\x00\xff".to_vec(), b"".to_vec()];
    let bytes = values.each_ref().map(|value| json!({ "value": { "$bytes": base64::encode(value) } }));
    check(&[("VALUE_CONVERTER", "bytes")], &values, &bytes).await;
}

#[tokio::test]
async fn values_that_lambda_has_unframed_are_known_by_what_it_says_of_them() {
    let schema =
        r#"{"type":"record","name":"Order","namespace":"source","fields":[{"name":"id","type":"long"}]}"#;
    let framed = avro("formats-source", schema, &[json!({ "id": -7 }), json!({ "id": 8 })]);
    let id = schema_id(&framed[0]).to_string();
    let bare: Vec<Vec<u8>> = framed.iter().map(|value| value[5..].to_vec()).collect();
    let mut event: Value = serde_json::from_slice(&event(&bare)).expect("an event is JSON");
    for record in event["records"][format!("{TOPIC}-0")].as_array_mut().expect("there are records") {
        record["valueSchemaMetadata"] = json!({ "dataFormat": "AVRO", "schemaId": id });
    }
    let lake = Lake::start(&[]).await;
    lake.deliver(event.to_string().into_bytes()).await;
    assert_eq!(lake.quarantined().await, Vec::<Value>::new());
    assert_eq!(lake.only_file().await.rows, [json!({ "id": -7 }), json!({ "id": 8 })]);
}

#[tokio::test]
async fn a_guid_names_a_schema_in_a_header_or_before_the_value() {
    let schema =
        r#"{"type":"record","name":"Order","namespace":"guid","fields":[{"name":"id","type":"long"}]}"#;
    let framed = avro("formats-guid", schema, &[json!({ "id": -7 }), json!({ "id": 8 })]);
    let number = schema_id(&framed[0]);
    // Apicurio has no GUIDs: what is asked for by one is told by the number.
    let registry = RegistryProxy::start(APICURIO.endpoint(), move |asked| {
        if asked.path.starts_with("/schemas/guids/01020304-0506-0708-090a-0b0c0d0e0f10") {
            Reaction::PassAs(format!("/schemas/ids/{number}"))
        } else {
            Reaction::Pass
        }
    })
    .await;
    // The version of the frame, and the GUID.
    let guid: Vec<u8> = std::iter::once(1).chain(1..=16).collect();
    let prefixed = [&guid, &framed[1][5..]].concat();
    let mut event = EventWriter::new(Source::SelfManaged, "127.0.0.1:9092".to_owned());
    let mut first = record(TOPIC, 0, 0, Some(&framed[0][5..]));
    first.headers = vec![("traceparent", Some(b"00")), ("__value_schema_id", Some(&guid))];
    event.push(&first);
    event.push(&record(TOPIC, 0, 1, Some(&prefixed)));
    let lake = Lake::start(&[("SCHEMA_REGISTRY_URL", &registry.url())]).await;
    lake.deliver(event.finish()).await;
    assert_eq!(lake.quarantined().await, Vec::<Value>::new());
    assert_eq!(lake.only_file().await.rows, [json!({ "id": -7 }), json!({ "id": 8 })]);
}

async fn check(settings: &[(&str, &str)], values: &[Vec<u8>], expected: &[Value]) {
    let lake = Lake::start(settings).await;
    lake.deliver(event(values)).await;
    assert_eq!(lake.quarantined().await, Vec::<Value>::new(), "{settings:?}");
    assert_eq!(lake.only_file().await.rows, expected, "{settings:?}");
}
