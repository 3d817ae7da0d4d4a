//! Ways from the database to a bucket.

use end_to_end::sink::Program;

/// A way from the database to a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lane {
    /// The connector, which its topics are named for.
    pub(crate) connector: &'static str,
    /// What the connector writes.
    pub(crate) frame: Frame,
    /// The bucket.
    pub(crate) bucket: &'static str,
    /// The function.
    pub(crate) program: Program,
    /// What only this lane's function is told.
    settings: &'static [(&'static str, &'static str)],
    /// What only this lane's connector is told.
    pub(crate) modes: &'static [(&'static str, &'static str)],
}

/// How a connector writes keys and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frame {
    /// Avro in Confluent's frame.
    Confluent,
    /// Avro in Glue's frame.
    Glue,
    /// JSON in Connect's envelope of schema and payload.
    JsonWithSchema,
    /// JSON alone.
    Json,
}

/// Avro in Confluent's frame to Parquet.
pub(crate) const CONFLUENT: Lane = Lane {
    connector: "cdc",
    frame: Frame::Confluent,
    bucket: "data-lake",
    program: Program::ParquetSink,
    settings: &PARQUET,
    modes: &[],
};

/// Avro in Glue's frame to Parquet.
pub(crate) const GLUE: Lane = Lane {
    connector: "glue",
    frame: Frame::Glue,
    bucket: "glue-lake",
    program: Program::ParquetSink,
    settings: &PARQUET,
    modes: &[],
};

/// JSON in Connect's envelope to Parquet.
pub(crate) const JSON: Lane = Lane {
    connector: "json",
    frame: Frame::JsonWithSchema,
    bucket: "json-lake",
    program: Program::ParquetSink,
    settings: &[("VALUE_CONVERTER", "json"), PARQUET[0], PARQUET[1], PARQUET[2]],
    modes: &[],
};

/// JSON in Connect's envelope to JSON Lines.
pub(crate) const LINES: Lane = Lane {
    connector: "json",
    frame: Frame::JsonWithSchema,
    bucket: "lines",
    program: Program::JsonSink,
    settings: &[],
    modes: &[],
};

/// JSON alone to JSON Lines.
pub(crate) const BARE_LINES: Lane = Lane {
    connector: "bare",
    frame: Frame::Json,
    bucket: "bare-lines",
    program: Program::JsonSink,
    settings: &[],
    modes: &[],
};

/// Like [`CONFLUENT`], by a connector that was told something else; `frame` is of Avro, or of JSON with its schema.
pub(crate) const fn with_modes(
    connector: &'static str,
    frame: Frame,
    modes: &'static [(&'static str, &'static str)],
) -> Lane {
    let settings = match frame {
        Frame::JsonWithSchema => JSON.settings,
        Frame::Confluent | Frame::Glue | Frame::Json => &PARQUET,
    };
    Lane { connector, frame, bucket: "modes", program: Program::ParquetSink, settings, modes }
}

/// What every lane's function is told.
const SETTINGS: [(&str, &str); 4] = [
    ("DEBEZIUM_UNWRAP", "after"),
    ("STORE_KAFKA_METADATA", "columns"),
    ("BEHAVIOR_ON_NULL_VALUES", "ignore"),
    ("PARTITIONER_CLASS", "HourlyPartitioner"),
];

const PARQUET: [(&str, &str); 3] = [
    // MySQL's times may be negative.
    ("DEBEZIUM_TEMPORAL", "timestamps"),
    ("SCHEMA_COMPATIBILITY", "BACKWARD"),
    ("PARQUET_CODEC", "gzip"),
];

impl Lane {
    /// The topic of a table, or of what is no table.
    pub(crate) fn topic(self, name: &str) -> String {
        let connector = self.connector;
        match name {
            "" => connector.to_owned(),
            "transaction" => format!("{connector}.transaction"),
            "heartbeat" => format!("__debezium-heartbeat.{connector}"),
            table => format!("{connector}.{}.{table}", crate::lake::DATABASE),
        }
    }

    /// The consumer group that has a topic written.
    pub(crate) fn group(self, name: &str) -> String {
        format!("{}-{name}", self.bucket)
    }

    /// All that its function is told, but where its schemas are.
    pub(crate) fn all_settings(self) -> Vec<(&'static str, &'static str)> {
        [&SETTINGS[..], self.settings].concat()
    }
}
