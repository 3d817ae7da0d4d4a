//! Objects stand where the Confluent sink would have put them.

use crate::lake::{Lake, TOPIC, avro, event_at};
use serde_json::{Value, json};

const SCHEMA: &str = r#"{"type":"record","name":"Order","namespace":"layouts","fields":[
    {"name":"id","type":"long"},{"name":"name","type":"string"}
]}"#;

#[tokio::test]
async fn the_lake_keeps_its_layout_by_the_hour() {
    let lake = Lake::start(&[
        ("OBJECT_KEY_TEMPLATE", "{path}/{topic}+{partition}+{offset}.parquet"),
        ("PARTITIONER_CLASS", "HourlyPartitioner"),
        ("PARQUET_CODEC", "gzip"),
        ("LOCALE", "en"),
        ("TIMEZONE", "UTC"),
    ])
    .await;
    lake.deliver(event_at(TOPIC, 0, 0, &avro("layouts", SCHEMA, &rows()))).await;
    let files = lake.files().await;
    let keys: Vec<&String> = files.keys().collect();
    assert_eq!(keys, ["year=2025/month=11/day=11/hour=10/s3.sink+0+0000000000.parquet"]);
    let file = &files[keys[0]];
    assert_eq!((file.rows.as_slice(), file.codecs.as_slice()), (&rows()[..], &["GZIP".to_owned()][..]));
    assert_eq!(file.row_groups, 1);
}

#[tokio::test]
async fn an_empty_topics_dir_leaves_the_topic_first() {
    let settings = [("TOPICS_DIR", ""), ("PARQUET_CODEC", "none")];
    check(&settings, &["s3.sink/partition=3/s3.sink+3+0000000042.parquet"]).await;
}

#[tokio::test]
async fn connects_default_layout_has_the_codec_in_the_extension() {
    let settings = [("PARTITIONER_CLASS", "HourlyPartitioner"), ("PARQUET_CODEC", "gzip")];
    let key = "topics/s3.sink/year=2025/month=11/day=11/hour=10/s3.sink+3+0000000042.gz.parquet";
    check(&settings, &[key]).await;
}

#[tokio::test]
async fn every_codec_has_connects_extension_and_is_read() {
    for (codec, extension, written) in [
        ("none", ".parquet", "UNCOMPRESSED"),
        ("snappy", ".snappy.parquet", "SNAPPY"),
        ("gzip", ".gz.parquet", "GZIP"),
        ("zstd", ".zstd.parquet", "ZSTD"),
        ("brotli", ".br.parquet", "BROTLI"),
        ("lz4_raw", ".lz4raw.parquet", "LZ4"),
    ] {
        let key = format!("topics/s3.sink/partition=3/s3.sink+3+0000000042{extension}");
        let codecs = check(&[("PARQUET_CODEC", codec)], &[&key]).await;
        assert_eq!(codecs, [written], "{codec}");
    }
}

#[tokio::test]
async fn snappy_is_the_default_as_it_is_connects() {
    check(&[], &["topics/s3.sink/partition=3/s3.sink+3+0000000042.snappy.parquet"]).await;
}

#[tokio::test]
async fn values_of_a_field_make_the_path() {
    let settings = [("PARTITIONER_CLASS", "FieldPartitioner"), ("PARTITION_FIELD_NAME", "name")];
    let keys = [
        "topics/s3.sink/name=/s3.sink+3+0000000043.snappy.parquet",
        "topics/s3.sink/name=a%2Fb/s3.sink+3+0000000042.snappy.parquet",
    ];
    check(&settings, &keys).await;
}

/// Delivers the rows from offset 42 of partition 3, and compares the objects' keys; gives their codecs.
async fn check(settings: &[(&str, &str)], keys: &[&str]) -> Vec<String> {
    let lake = Lake::start(settings).await;
    lake.deliver(event_at(TOPIC, 3, 42, &avro("layouts", SCHEMA, &rows()))).await;
    let files = lake.files().await;
    assert_eq!(files.keys().collect::<Vec<_>>(), keys, "{settings:?}");
    let mut landed: Vec<Value> = files.values().flat_map(|file| file.rows.clone()).collect();
    landed.sort_by_key(|row| row["id"].as_i64());
    assert_eq!(landed, rows(), "{settings:?}");
    files.into_values().next().map(|file| file.codecs).unwrap_or_default()
}

fn rows() -> Vec<Value> {
    vec![json!({ "id": 1, "name": "a/b" }), json!({ "id": 2, "name": "" })]
}
