use super::{Layout, described, fields, id};
use arrow_schema::{DataType, Field, TimeUnit};
use decoding::columns::meta;
use std::collections::HashMap;

fn seed() -> Layout {
    let template = "{path}/{topic}+{partition}+{offset}.parquet".parse().unwrap();
    Layout { topic: "s3.sink", template, ..Layout::default() }
}

fn columns() -> Vec<Field> {
    let doc = HashMap::from([(meta::DOC.to_owned(), "Who's order,\nC:\\ style".to_owned())]);
    let nullable = |name: &str, data_type| Field::new(name, data_type, true);
    let kafka = vec![
        Field::new("topic", DataType::Utf8, false),
        Field::new("partition", DataType::Int32, false),
        nullable("timestamp", DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))),
    ];
    vec![
        id().with_metadata(doc),
        nullable("amount", DataType::Decimal128(12, 2)),
        Field::new("_kafka", DataType::Struct(kafka.into()), false),
    ]
}

#[test]
fn a_table_is_a_statement() {
    assert_eq!(
        described(&seed(), columns()).unwrap().table.ddl(),
        r"CREATE EXTERNAL TABLE IF NOT EXISTS `lake`.`s3_sink` (
  `id` bigint COMMENT 'Who\'s order, C:\\ style',
  `amount` decimal(12,2),
  `_kafka` struct<topic:string,`partition`:int,`timestamp`:timestamp>
)
COMMENT 'Kafka topic s3.sink'
PARTITIONED BY (
  `year` string,
  `month` string,
  `day` string,
  `hour` string
)
STORED AS PARQUET
LOCATION 's3://data-lake/'
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
  'projection.hour.type' = 'integer',
  'projection.hour.range' = '0,23',
  'projection.hour.digits' = '2',
  'storage.location.template' = 's3://data-lake/year=${year}/month=${month}/day=${day}/hour=${hour}/'
)"
    );
}

#[test]
fn a_table_without_partitions_is_a_shorter_statement() {
    let template = "raw/{topic}/{topic}+{partition}+{offset}".parse().unwrap();
    assert_eq!(
        described(&Layout { template, ..Layout::default() }, vec![id()]).unwrap().table.ddl(),
        "CREATE EXTERNAL TABLE IF NOT EXISTS `lake`.`orders` (
  `id` bigint
)
COMMENT 'Kafka topic orders'
STORED AS PARQUET
LOCATION 's3://data-lake/raw/orders/'
TBLPROPERTIES (
  'classification' = 'parquet'
)"
    );
}

#[test]
fn a_table_is_a_template() {
    let layout = Layout { partitioners: vec![fields("country")], ..seed() };
    assert_eq!(
        described(&layout, columns()).unwrap().table.cloudformation(),
        r#"{
  "AWSTemplateFormatVersion": "2010-09-09",
  "Resources": {
    "S3SinkTable": {
      "Type": "AWS::Glue::Table",
      "Properties": {
        "CatalogId": {
          "Ref": "AWS::AccountId"
        },
        "DatabaseName": "lake",
        "TableInput": {
          "Name": "s3_sink",
          "Description": "Kafka topic s3.sink",
          "TableType": "EXTERNAL_TABLE",
          "Parameters": {
            "EXTERNAL": "TRUE",
            "classification": "parquet",
            "projection.enabled": "true",
            "projection.country.type": "injected",
            "storage.location.template": "s3://data-lake/country=${country}/"
          },
          "PartitionKeys": [
            {
              "Name": "country",
              "Type": "string"
            }
          ],
          "StorageDescriptor": {
            "Columns": [
              {
                "Name": "id",
                "Type": "bigint",
                "Comment": "Who's order, C:\\ style"
              },
              {
                "Name": "amount",
                "Type": "decimal(12,2)"
              },
              {
                "Name": "_kafka",
                "Type": "struct<topic:string,partition:int,timestamp:timestamp>"
              }
            ],
            "Location": "s3://data-lake/",
            "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            "SerdeInfo": {
              "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
            }
          }
        }
      }
    }
  }
}"#
    );
}
