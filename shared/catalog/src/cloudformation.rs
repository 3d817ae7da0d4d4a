//! The table as a template for CloudFormation.

use crate::Table;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::json;

/// How Hive reads and writes Parquet.
const INPUT_FORMAT: &str = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat";
const OUTPUT_FORMAT: &str = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat";
const SERIALIZATION_LIBRARY: &str = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";

impl Table {
    /// A template that makes the table, as JSON, which is YAML as well: its one resource is an `AWS::Glue::Table`.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-glue-table.html>
    pub fn cloudformation(&self) -> String {
        let resource = Resource {
            kind: "AWS::Glue::Table",
            properties: Properties {
                catalog_id: json!({ "Ref": "AWS::AccountId" }),
                database_name: &self.name.database,
                table_input: self.input(),
            },
        };
        let template =
            Template { version: "2010-09-09", resources: Pairs(vec![(self.logical_id(), resource)]) };
        serde_json::to_string_pretty(&template).expect("texts and maps with text keys are JSON")
    }

    fn input(&self) -> TableInput<'_> {
        let mut parameters = self.properties();
        parameters.insert(0, ("EXTERNAL".to_owned(), "TRUE".to_owned()));
        TableInput {
            name: &self.name.table,
            description: &self.comment,
            table_type: "EXTERNAL_TABLE",
            parameters: Pairs(parameters),
            partition_keys: self
                .partitions
                .iter()
                .map(|partition| InputColumn {
                    name: &partition.name,
                    hive_type: "string".to_owned(),
                    comment: None,
                })
                .collect(),
            storage_descriptor: StorageDescriptor {
                columns: self
                    .columns
                    .iter()
                    .map(|column| InputColumn {
                        name: &column.name,
                        hive_type: column.hive_type.to_string(),
                        comment: column.comment.as_deref(),
                    })
                    .collect(),
                location: &self.location,
                input_format: INPUT_FORMAT,
                output_format: OUTPUT_FORMAT,
                serde_info: json!({ "SerializationLibrary": SERIALIZATION_LIBRARY }),
            },
        }
    }

    /// What the template calls the resource: `s3_sink` is `S3SinkTable`.
    fn logical_id(&self) -> String {
        let words = self.name.table.split('_').map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
                .collect::<String>()
        });
        words.chain(["Table".to_owned()]).collect()
    }
}

#[derive(Serialize)]
struct Template<'t> {
    #[serde(rename = "AWSTemplateFormatVersion")]
    version: &'static str,
    #[serde(rename = "Resources")]
    resources: Pairs<Resource<'t>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Resource<'t> {
    #[serde(rename = "Type")]
    kind: &'static str,
    properties: Properties<'t>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Properties<'t> {
    catalog_id: serde_json::Value,
    database_name: &'t str,
    table_input: TableInput<'t>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TableInput<'t> {
    name: &'t str,
    description: &'t str,
    table_type: &'static str,
    parameters: Pairs<String>,
    /// Athena wants the list even where it is empty.
    partition_keys: Vec<InputColumn<'t>>,
    storage_descriptor: StorageDescriptor<'t>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct StorageDescriptor<'t> {
    columns: Vec<InputColumn<'t>>,
    location: &'t str,
    input_format: &'static str,
    output_format: &'static str,
    serde_info: serde_json::Value,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct InputColumn<'t> {
    name: &'t str,
    #[serde(rename = "Type")]
    hive_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'t str>,
}

/// A map in its own order: a reader finds a column's properties side by side.
struct Pairs<V>(Vec<(String, V)>);

impl<V: Serialize> Serialize for Pairs<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}
