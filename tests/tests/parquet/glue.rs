//! Values that AWS's own serializers have framed land by the schemas that they have registered in Glue.

use crate::lake::{Lake, PEERS, TOPIC, event};
use end_to_end::moto::{Moto, ToSerialize};
use end_to_end::peers::Protobuf;
use end_to_end::sink::failure;
use serde_json::{Value, json};

const AVRO: &str = r#"{"type":"record","name":"Order","namespace":"glue","fields":[
    {"name":"id","type":"long"},{"name":"note","type":["null","string"]},
    {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}}
]}"#;

const JSON: &str = r#"{"$schema":"http://json-schema.org/draft-07/schema#","title":"Order","type":"object",
    "properties":{"id":{"type":"integer"},"note":{"type":"string"}},"required":["id"]}"#;

const PROTOBUF: Protobuf<'static> = Protobuf {
    files: &[(
        "order.proto",
        r#"syntax = "proto3";
        package glue;
        message Zone { string name = 1; }
        message Order { message Line { string sku = 1; } int64 id = 1; repeated Line lines = 2; Zone zone = 3; }"#,
    )],
    file: "order.proto",
    message: "glue.Order",
};

#[tokio::test(flavor = "multi_thread")]
async fn what_aws_serializers_have_written_lands_packed_or_not() {
    let moto = Moto::start();
    let (messages, descriptors) = PEERS.encode_protobuf(
        PROTOBUF,
        &[json!({ "id": "-5", "lines": [{ "sku": "a" }, {}], "zone": { "name": "KR" } }), json!({})],
    );
    let messages: Vec<String> = messages.iter().map(|message| end_to_end::base64::encode(message)).collect();
    let avro = ["NONE", "ZLIB"].map(|compression| ToSerialize {
        name: "orders-avro",
        format: "AVRO",
        compression,
        schema: AVRO,
        message: "",
        values: vec![
            r#"{"id":-5,"note":{"string":"\u00e9"},"at":-1}"#.to_owned(),
            r#"{"id":6,"note":null,"at":0}"#.to_owned(),
        ],
    });
    let json = ["NONE", "ZLIB"].map(|compression| ToSerialize {
        name: "orders-json",
        format: "JSON",
        compression,
        schema: JSON,
        message: "",
        values: vec![r#"{"id":-5,"note":"n"}"#.to_owned(), r#"{"id":6}"#.to_owned()],
    });
    let protobuf = ["NONE", "ZLIB"].map(|compression| ToSerialize {
        name: "orders-protobuf",
        format: "PROTOBUF",
        compression,
        schema: &descriptors,
        message: "Order",
        values: messages.clone(),
    });
    let schemas: Vec<ToSerialize<'_>> = avro.into_iter().chain(json).chain(protobuf).collect();
    let framed = moto.serialize(TOPIC, &schemas);
    for (converter, values, expected) in [
        (
            "avro",
            &framed[..2],
            [
                json!({ "id": -5, "note": "\u{e9}", "at": { "$timestamp": "1969-12-31T23:59:59.999999Z" } }),
                json!({ "id": 6, "note": null, "at": { "$timestamp": "1970-01-01T00:00:00Z" } }),
            ],
        ),
        ("json_schema", &framed[2..4], [json!({ "id": -5, "note": "n" }), json!({ "id": 6, "note": null })]),
        (
            "protobuf",
            &framed[4..],
            [
                json!({ "id": -5, "lines": [{ "sku": "a" }, { "sku": "" }], "zone": { "name": "KR" } }),
                json!({ "id": 0, "lines": [], "zone": null }),
            ],
        ),
    ] {
        let lake = Lake::start(&settings(moto.endpoint(), converter)).await;
        let values: Vec<Vec<u8>> = values.concat();
        lake.deliver(event(&values)).await;
        assert_eq!(lake.quarantined().await, Vec::<Value>::new(), "{converter}");
        assert_eq!(lake.only_file().await.rows, [expected.clone(), expected].concat(), "{converter}");
    }

    check_unknown(&moto, &framed[0][0]).await;
    check_down(&framed[0]).await;
}

/// A version that Glue does not know is quarantined.
async fn check_unknown(moto: &Moto, framed: &[u8]) {
    let mut unknown = framed.to_vec();
    unknown[2..18].copy_from_slice(&[0x11; 16]);
    let lake = Lake::start(&settings(moto.endpoint(), "avro")).await;
    lake.deliver(event(&[unknown, framed.to_vec()])).await;
    let lines = lake.quarantined().await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["errorKind"], "unknown_schema");
    let message = lines[0]["errorMessage"].as_str().expect("a reason is text");
    assert!(message.contains("11111111-1111-1111-1111-111111111111"), "{message}");
    assert_eq!(lake.only_file().await.rows.len(), 1);
}

/// A Glue that is down is none that does not know.
async fn check_down(framed: &[Vec<u8>]) {
    let lake = Lake::start(&settings("http://127.0.0.1:1", "avro")).await;
    let (error_type, message) = failure(lake.sink.invoke(event(framed)).await);
    assert_eq!(error_type, "RegistryFailed", "{message}");
    assert!(lake.objects().await.is_empty());
}

fn settings<'a>(endpoint: &'a str, converter: &'a str) -> [(&'a str, &'a str); 3] {
    [("SCHEMA_REGISTRY_URL", "glue"), ("AWS_ENDPOINT_URL_GLUE", endpoint), ("VALUE_CONVERTER", converter)]
}
