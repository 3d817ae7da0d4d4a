//! `landfall schema`: from a schema to a table.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const ORDERS: &str = r#"{"type":"record","name":"Order","fields":[
    {"name":"id","type":"long","doc":"The order's number"},
    {"name":"placedAt","type":{"type":"long","connect.name":"io.debezium.time.Timestamp"}},
    {"name":"opens","type":{"type":"int","logicalType":"time-millis"}}]}"#;

const PROTO: &str = "syntax = \"proto3\"; package shop; import \"money.proto\";
message Cart { string id = 1; }
message Order { int32 number = 1; repeated Money lines = 2; }";

const MONEY: &str =
    "syntax = \"proto3\"; package shop; message Money { int64 units = 1; string currency = 2; }";

/// Runs `landfall schema --topic shop.orders` with these files and in a shell without settings.
fn schema(files: &[(&str, &str)], arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    run(folder.path(), arguments)
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_landfall"))
        .args(["schema", "--topic", "shop.orders", "--since-year", "2025"])
        .args(arguments)
        .env_clear()
        .current_dir(folder)
        .output()
        .unwrap()
}

#[track_caller]
fn check(output: &Output, stdout: &str, stderr: &str) {
    assert_eq!(String::from_utf8_lossy(&output.stderr), stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), stdout);
    assert_eq!(output.status.code(), Some(i32::from(stdout.is_empty())));
}

const SINCE: &str = "landfall: records from before 2025 are not seen\n";

#[test]
fn an_avro_file_makes_a_statement() {
    let output = schema(
        &[("orders.avsc", ORDERS)],
        &[
            "--file=orders.avsc",
            "--env=S3_BUCKET_NAME=lake",
            "--env=PARTITIONER_CLASS=DailyPartitioner",
            "--env=STORE_KAFKA_METADATA=columns",
            "--database=raw",
        ],
    );
    check(
        &output,
        r"CREATE EXTERNAL TABLE IF NOT EXISTS `raw`.`shop_orders` (
  `id` bigint COMMENT 'The order\'s number',
  `placedat` timestamp,
  `_kafka` struct<topic:string,`partition`:int,offset:bigint,`timestamp`:timestamp,timestamp_type:string,key:binary,headers:array<struct<name:string,value:binary>>>
)
COMMENT 'Kafka topic shop.orders'
PARTITIONED BY (
  `year` string,
  `month` string,
  `day` string
)
STORED AS PARQUET
LOCATION 's3://lake/topics/shop.orders/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'projection.enabled' = 'true',
  'projection.year.type' = 'date',
  'projection.year.format' = 'yyyy',
  'projection.year.range' = '2025,NOW+1DAY',
  'projection.year.interval' = '1',
  'projection.year.interval.unit' = 'YEARS',
  'projection.month.type' = 'integer',
  'projection.month.range' = '1,12',
  'projection.month.digits' = '2',
  'projection.day.type' = 'integer',
  'projection.day.range' = '1,31',
  'projection.day.digits' = '2',
  'storage.location.template' = 's3://lake/topics/shop.orders/year=${year}/month=${month}/day=${day}/'
);
",
        &format!(
            "landfall: opens is left out: Athena reads no time of day in milliseconds; debezium.temporal=timestamps \
             keeps those of Debezium and Connect as numbers\n{SINCE}"
        ),
    );
}

#[test]
fn settings_say_how_values_become_columns() {
    let arguments = [
        "--file=orders.avsc",
        "--format=columns",
        "--env=S3_BUCKET_NAME=lake",
        "--env=DEBEZIUM_TEMPORAL=raw",
        "--env=PARTITIONER_CLASS=HourlyPartitioner",
        "--env=OBJECT_KEY_TEMPLATE={topic}/{topic}+{partition}+{offset}",
    ];
    let plain = ORDERS.replace(r#","logicalType":"time-millis""#, "");
    check(
        &schema(&[("orders.avsc", &plain)], &arguments),
        "id\tbigint\tThe order's number\nplacedat\tbigint\t\nopens\tint\t\n",
        "",
    );
}

#[test]
fn a_message_of_protobuf_is_chosen_by_its_name() {
    let files = [("shop.proto", PROTO), ("money.proto", MONEY)];
    let arguments = [
        "--file=shop.proto",
        "--reference=money.proto=money.proto",
        "--format=columns",
        "--env=S3_BUCKET_NAME=lake",
    ];
    let partitions = "landfall: partition goes from 0 to 99: records of partitions beyond are not seen\n";
    check(&schema(&files, &arguments), "id\tstring\t\npartition\tstring\tpartition\n", partitions);
    check(
        &schema(&files, &[&arguments[..], &["--message=shop.Order", "--partitions=100"]].concat()),
        "number\tint\t\nlines\tarray<struct<units:bigint,currency:string>>\t\npartition\tstring\tpartition\n",
        partitions,
    );
    check(
        &schema(&files, &[&arguments[..], &["--message=Wish"]].concat()),
        "",
        "landfall: shop.proto makes no columns: shop.proto has no message Wish; expected one of Cart, Order\n",
    );
}

#[test]
fn a_template_is_json() {
    let json = r#"{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}"#;
    let output = schema(
        &[("orders.json", json)],
        &["--file=orders.json", "--env=S3_BUCKET_NAME=lake", "--format=cloudformation", "--table=o"],
    );
    let template: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let table = &template["Resources"]["OTable"]["Properties"]["TableInput"];
    assert_eq!(table["StorageDescriptor"]["Columns"], serde_json::json!([{"Name": "id", "Type": "bigint"}]));
    assert_eq!(table["Parameters"]["projection.partition.range"], "0,99");
}

#[test]
fn what_is_missing_is_named() {
    let needed = schema(&[], &["--env=S3_BUCKET_NAME=lake"]);
    let stderr = String::from_utf8_lossy(&needed.stderr).into_owned();
    assert!(stderr.contains("SCHEMA_REGISTRY_URL"), "{stderr}");
    let registry = [
        "--env=S3_BUCKET_NAME=lake",
        "--env=AWS_REGION=eu-west-1",
        "--env=AWS_ACCESS_KEY_ID=a",
        "--env=AWS_SECRET_ACCESS_KEY=b",
        "--env=SCHEMA_REGISTRY_URL=http://127.0.0.1:9",
    ];
    check(&schema(&[], &registry), "", "landfall: expected the schema: --file, --id or --subject\n");
    check(
        &schema(&[], &[&registry[..], &["--id=x"]].concat()),
        "",
        "landfall: x is no id of this registry\n",
    );
    check(
        &schema(&[], &["--file=none.avsc", "--env=S3_BUCKET_NAME=lake"]),
        "",
        "landfall: cannot read none.avsc: No such file or directory (os error 2)\n",
    );
}

/// Debezium's changes of a table.
const CHANGES: &str = r#"{"type":"record","name":"Envelope","fields":[
    {"name":"before","type":["null",{"type":"record","name":"Value","fields":[
        {"name":"id","type":"int"},{"name":"note","type":["null","string"]}]}]},
    {"name":"after","type":["null","Value"]},
    {"name":"source","type":{"type":"record","name":"Source","fields":[
        {"name":"ts_ms","type":"long"},{"name":"file","type":"string"},{"name":"pos","type":"long"}]}},
    {"name":"op","type":"string"}]}"#;

/// Prints the view of the changes' latest rows.
fn current(more: &[&str]) -> Output {
    let always = [
        "--file=changes.avsc",
        "--env=S3_BUCKET_NAME=lake",
        "--env=PARTITIONER_CLASS=DailyPartitioner",
        "--current",
        "--database=raw",
    ];
    schema(&[("changes.avsc", CHANGES)], &[&always[..], more].concat())
}

#[test]
fn changes_make_a_view_of_the_latest_rows() {
    let output = current(&[
        "--env=DEBEZIUM_UNWRAP=after",
        "--env=STORE_KAFKA_METADATA=columns",
        "--table=orders",
        "--key=id",
    ]);
    check(
        &output,
        r#"CREATE OR REPLACE VIEW "raw"."orders_current" AS
SELECT
  "id",
  "note"
FROM (
  SELECT
    *,
    row_number() OVER (PARTITION BY "id" ORDER BY "_kafka"."offset" DESC) AS "__age"
  FROM "raw"."orders"
  WHERE "__op" IN ('c', 'u', 'd', 'r')
) AS "changes"
WHERE "__age" = 1
  AND NOT "__deleted"
  AND concat("__source_file", lpad(CAST("__source_pos" AS varchar), 20, '0')) > (
    SELECT coalesce(max(concat("__source_file", lpad(CAST("__source_pos" AS varchar), 20, '0'))), '')
    FROM "raw"."orders"
    WHERE "__op" = 't'
  );
"#,
        SINCE,
    );
}

#[test]
fn what_a_view_of_the_latest_rows_needs_is_named() {
    let unwrap = "--env=DEBEZIUM_UNWRAP=after";
    let told = |what: &str| format!("{SINCE}landfall: {what}\n");
    check(
        &current(&["--key=id"]),
        "",
        &told(
            "the columns have no __op, which tells what a change did: expected debezium.unwrap=after, and the \
             schema of Debezium's changes",
        ),
    );
    check(
        &current(&["--key=id", unwrap]),
        "",
        &told(
            "the columns have no _kafka, whose offsets tell which change of a row came last: expected \
             store.kafka.metadata=columns",
        ),
    );
    check(
        &current(&["--key=id,number", unwrap, "--env=STORE_KAFKA_METADATA=columns"]),
        "",
        &told("the row has no column number that can be read: expected one of id, note"),
    );
    assert_eq!(current(&[]).status.code(), Some(2));
}
