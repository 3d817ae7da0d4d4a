//! Telling the log what table the objects of a schema make.

use crate::settings::{ParquetSettings, Settings};
use arrow_schema::{Field, Schema};
use catalog::{Scope, TableName, Topic, describe, table_name};
use encoding::KafkaMetadata;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use record::Record;
use tracing::{info, warn};

/// The database that the DDL names: Athena's own default.
const DATABASE: &str = "default";

/// As many partitions as few topics grow beyond: Athena looks for as many directories.
const MOST_PARTITIONS: u32 = 100;

/// Writes the DDL of a topic's table to the log.
#[derive(Debug)]
pub(super) struct TableLog {
    settings: Settings<ParquetSettings>,
}

impl TableLog {
    /// A log, where the settings want one.
    pub(super) fn new(settings: &Settings<ParquetSettings>) -> Option<Self> {
        settings.format.log_ddl.then(|| Self { settings: settings.clone() })
    }

    /// Tells what table the objects with these columns make, and what Athena can't read of them.
    pub(super) fn tell(&self, record: Record<'_>, schema_id: &str, columns: &Schema) {
        let Settings { partitioning, naming, s3, cluster_name, kafka_metadata, .. } = &self.settings;
        let mut columns = columns.clone();
        if *kafka_metadata == KafkaMetadata::Columns {
            let fields: Vec<Field> = columns.fields().iter().map(|field| field.as_ref().clone()).collect();
            columns = Schema::new([fields, vec![encoding::parquet::kafka_field()]].concat());
        }
        let topic = Topic {
            name: record.topic(),
            columns: &columns,
            partitioning,
            naming,
            bucket: &s3.bucket,
            cluster: cluster_name.as_deref(),
        };
        let name = TableName { database: DATABASE.to_owned(), table: table_name(record.topic()) };
        // The table is for what comes from now on.
        let since_year = Timestamp::now().to_zoned(TimeZone::UTC).year();
        let scope =
            Scope { since_year, partitions: MOST_PARTITIONS.max(record.partition().unsigned_abs() + 1) };
        match describe(&topic, name, scope) {
            Ok(described) => {
                let ddl = described.table.ddl();
                info!(topic = record.topic(), schema_id, ddl, "new schema");
                for warning in described.warnings {
                    info!(topic = record.topic(), schema_id, %warning, "table differs from the objects");
                }
            }
            Err(error) => {
                warn!(topic = record.topic(), schema_id, error = %crate::chain::chain(&error), "no table");
            }
        }
    }
}
