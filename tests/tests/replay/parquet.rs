//! A schema that the registry did not know lands in Parquet once it does.

use crate::scene::{BUCKET, env_arguments, lake, replay};
use end_to_end::apicurio::Apicurio;
use end_to_end::peers::Peers;
use end_to_end::registry::{Reaction, RegistryProxy, calm};
use end_to_end::sink::Program;
use record::event::{EventWriter, NewRecord};
use record::{Source, TimestampType};
use serde_json::json;

const SCHEMA: &str =
    r#"{"type":"record","name":"Order","namespace":"replay","fields":[{"name":"id","type":"long"}]}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_an_unknown_schema_lands_once_when_the_registry_knows_it() {
    let (apicurio, peers) = (Apicurio::start(), Peers::start());
    let values = peers.serialize_avro(
        &apicurio.url(),
        "replay.orders",
        SCHEMA,
        &[0, 1, 2].map(|id| json!({ "id": id })),
    );
    let unknown = |_: end_to_end::registry::Asked<'_>| {
        Reaction::Answer(404, r#"{"error_code":40403,"message":"Schema not found"}"#)
    };
    let proxy = RegistryProxy::start(apicurio.endpoint(), unknown).await;
    let (_embedded, s3) = lake().await;
    let url = proxy.url();
    let settings = [("SCHEMA_REGISTRY_URL", url.as_str())];
    let sink = Program::ParquetSink.start(&s3, BUCKET, &settings).await.expect("the function starts");
    let mut event = EventWriter::new(Source::SelfManaged, "127.0.0.1:9092".to_owned());
    for (value, offset) in values.iter().zip(5..) {
        event.push(&NewRecord {
            topic: "replay.orders",
            partition: 0,
            offset,
            timestamp_ms: 1_762_856_130_000,
            timestamp_type: TimestampType::CreateTime,
            key: Some(b"key"),
            value: Some(value),
            headers: Vec::new(),
        });
    }
    sink.invoke(event.finish()).await.expect("the batch is delivered");
    let quarantined = "quarantine/replay.orders/partition=0/replay.orders+0+0000000005.json";
    assert_eq!(s3.keys(BUCKET).await, [quarantined]);

    let env = env_arguments(&settings);
    let mut arguments = vec!["--prefix", "quarantine/", "--function", "parquet-sink", "--execute"];
    arguments.extend(env.iter().map(String::as_str));
    let ended = replay(&s3, &arguments).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.contains("replay.orders-0@5: unknown_schema: "), "{ended:?}");
    assert_eq!(s3.keys(BUCKET).await, [quarantined]);

    proxy.follow(calm);
    for _ in 0..2 {
        let ended = replay(&s3, &arguments).await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let mut objects = s3.objects(BUCKET).await;
        objects.retain(|key, _| key.starts_with("topics/"));
        let files = peers.read_parquet(objects.values().map(|object| &object.body[..]));
        let rows: Vec<_> = files.into_iter().flat_map(|file| file.rows).collect();
        assert_eq!(rows, [json!({ "id": 0 }), json!({ "id": 1 }), json!({ "id": 2 })]);
    }
}
