//! The servers that the other tests rely on are there, and end with their tests.

use end_to_end::apicurio::Apicurio;
use end_to_end::kafka::Kafka;
use end_to_end::ministack::Ministack;
use end_to_end::moto::{Moto, ToSerialize};
use end_to_end::peers::Peers;
use end_to_end::s3::S3;
use end_to_end::versitygw::Versitygw;
use serde_json::json;
use std::net::TcpStream;

#[tokio::test]
async fn kafka_takes_topics_and_ends_when_dropped() {
    let kafka = Kafka::start();
    kafka.create_topic("orders", 3).await;
    let address = kafka.bootstrap_server().to_owned();
    TcpStream::connect(&address).expect("Kafka listens");
    drop(kafka);
    TcpStream::connect(&address).expect_err("Kafka is gone");
}

#[tokio::test]
async fn ministack_enforces_signatures_and_policies() {
    let ministack = Ministack::start();
    let mut s3 = ministack.bucket("lake");
    assert_eq!(create(&s3, "lake").await, Ok(()));
    assert_eq!(create(&s3, "lake").await, Err("PreconditionFailed".to_owned()));
    s3.credentials.secret_access_key.push('x');
    assert_eq!(create(&s3, "lake").await, Err("SignatureDoesNotMatch".to_owned()));
}

#[tokio::test]
async fn versitygw_enforces_signatures() {
    let Some(versitygw) = Versitygw::start() else { return };
    let mut s3 = versitygw.bucket("lake");
    assert_eq!(create(&s3, "lake").await, Ok(()));
    assert_eq!(create(&s3, "lake").await, Err("PreconditionFailed".to_owned()));
    s3.credentials.secret_access_key.push('x');
    assert_eq!(create(&s3, "lake").await, Err("SignatureDoesNotMatch".to_owned()));
}

#[tokio::test]
async fn what_confluents_serializer_has_written_fastavro_reads() {
    let (apicurio, peers) = (Apicurio::start(), Peers::start());
    let schema = r#"{"type":"record","name":"Order","fields":[
        {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
        {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
        {"name":"note","type":["null","int","string"]},
        {"name":"ratio","type":"double"}
    ]}"#;
    let value = json!({
        "price": { "$decimal": "-12.30" },
        "at": { "$timestamp": "1960-01-01T00:00:00.000001Z" },
        "note": { "int": null, "string": "b" },
        "ratio": { "$float": "nan" },
    });
    let mut given = value.clone();
    given["note"] = "b".into();
    let framed = peers.serialize_avro(&apicurio.url(), "orders", schema, &[given]);
    let [framed] = framed.as_slice() else { panic!("one value gives {framed:?}") };
    assert_eq!(framed[0], 0, "the magic byte of Confluent's framing");
    assert_eq!(peers.decode_avro(schema, &[], &[&framed[5..]]), [value]);
}

#[tokio::test]
async fn aws_serializers_register_in_glue_what_they_have_written() {
    let moto = Moto::start();
    let schema = r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"int"}]}"#;
    let part = |compression| ToSerialize {
        name: "orders",
        format: "AVRO",
        compression,
        schema,
        message: "",
        values: vec![r#"{"id":5}"#.to_owned()],
    };
    let framed = moto.serialize("orders", &[part("NONE"), part("ZLIB")]);
    let [plain, packed] = [&framed[0][0], &framed[1][0]];
    assert_eq!((&plain[..2], plain.len(), plain[18]), ([3, 0].as_slice(), 19, 10));
    assert_eq!((&packed[..2], &packed[2..18]), ([3, 5].as_slice(), &plain[2..18]));
}

/// Creates an object, or gives the code of S3's error.
async fn create(s3: &S3, bucket: &str) -> Result<(), String> {
    let body = b"1".to_vec().into();
    match s3.client().put_object().bucket(bucket).key("a").body(body).if_none_match("*").send().await {
        Ok(_) => Ok(()),
        Err(error) => Err(aws_sdk_s3::error::ProvideErrorMetadata::code(&error).unwrap_or("none").to_owned()),
    }
}
