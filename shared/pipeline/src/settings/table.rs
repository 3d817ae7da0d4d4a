//! The settings table: every setting, declared once.

use super::Function;

/// One setting: a Connect property, read from an environment variable.
#[derive(Debug)]
pub struct Setting {
    /// The property's name, Connect's own where Connect has it.
    pub property: &'static str,
    /// What kind of value it takes, for people.
    pub kind: &'static str,
    /// What holds where it is not set.
    pub default: DefaultValue,
    /// What an empty value means.
    pub empty: Empty,
    /// Whether the value must not be shown.
    pub secret: bool,
    /// The functions that have it.
    pub functions: Functions,
    /// Whether it belongs to the value's converter, so that Connect's configurations have it under the name
    /// `value.converter.…` too.
    pub of_converter: bool,
    /// What it does, in one sentence.
    pub summary: &'static str,
}

/// Functions that have a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Functions {
    /// All of them.
    All,
    /// All that write objects.
    Sinks,
    /// This one alone.
    Only(Function),
}

impl Functions {
    /// Whether a function is among them.
    pub fn contain(self, function: Function) -> bool {
        match self {
            Self::All => true,
            Self::Sinks => function.is_sink(),
            Self::Only(only) => only == function,
        }
    }
}

/// What holds where a setting is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultValue {
    /// It must be set.
    Required,
    /// The feature is off, or the summary says what happens.
    Unset,
    /// This value, as it would be written.
    Value(&'static str),
}

/// What an empty value of a setting means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// It is refused.
    Refused,
    /// The same as not set: Connect's own default is the empty text.
    Unset,
    /// It is a value.
    Value,
}

impl Setting {
    /// The environment variable: the property in upper case, with `_` for all else.
    pub fn variable(&self) -> String {
        variable(self.property)
    }

    /// The variables that set it, the first of them before all.
    pub(super) fn variables(&self) -> impl Iterator<Item = String> {
        let of_converter = self.of_converter.then(|| format!("VALUE_CONVERTER_{}", self.variable()));
        std::iter::once(self.variable()).chain(of_converter)
    }

    const fn new(
        property: &'static str,
        kind: &'static str,
        default: DefaultValue,
        summary: &'static str,
    ) -> Self {
        Self {
            property,
            kind,
            default,
            empty: Empty::Refused,
            secret: false,
            functions: Functions::Sinks,
            of_converter: false,
            summary,
        }
    }

    const fn of_all(self) -> Self {
        Self { functions: Functions::All, ..self }
    }

    const fn only(self, function: Function) -> Self {
        Self { functions: Functions::Only(function), ..self }
    }

    const fn of_converter(self) -> Self {
        Self { of_converter: true, ..self }
    }

    const fn empty(self, empty: Empty) -> Self {
        Self { empty, ..self }
    }

    const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }
}

/// The environment variable of a property.
pub(super) fn variable(property: &str) -> String {
    property.to_ascii_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}

use DefaultValue::{Required, Unset, Value};

macro_rules! settings {
    ($($name:ident = $setting:expr;)*) => {
        $(pub(super) const $name: &Setting = &$setting;)*

        /// Every setting of every function, in the order in which people read them.
        pub const TABLE: &[&Setting] = &[$($name),*];
    };
}

/// The settings of a function, in the order in which people read them.
pub fn settings_of(function: Function) -> impl Iterator<Item = &'static Setting> {
    TABLE.iter().copied().filter(move |setting| setting.functions.contain(function))
}

settings! {
    S3_BUCKET_NAME = Setting::new("s3.bucket.name", "text", Required, "Bucket that the objects are written to.");
    S3_REGION = Setting::new("s3.region", "text", Unset, "Region of the bucket; unset: `AWS_REGION`, which Lambda sets.").of_all();
    STORE_URL = Setting::new("store.url", "URL", Unset, "Another S3 endpoint, `https://` where no scheme is given; unset: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, or AWS.").of_all();
    S3_PATH_STYLE = Setting::new("s3.path.style.access.enabled", "true or false", Value("true"), "Whether the bucket stands in the path of a request instead of the host name.").of_all();
    S3_WAN_MODE = Setting::new("s3.wan.mode", "true or false", Value("false"), "Whether to use S3 Transfer Acceleration; needs `s3.path.style.access.enabled=false`.").of_all();

    AWS_ACCESS_KEY_ID = Setting::new("aws.access.key.id", "text", Required, "Access key; Lambda sets it to the execution role's.").of_all();
    AWS_SECRET_ACCESS_KEY = Setting::new("aws.secret.access.key", "text", Required, "Secret of the access key; Lambda sets it.").secret().of_all();
    AWS_SESSION_TOKEN = Setting::new("aws.session.token", "text", Unset, "Session of the access key; Lambda sets it.").empty(Empty::Unset).secret().of_all();
    S3_ROLE_ARN = Setting::new("s3.role.arn", "role ARN", Unset, "Role that writes the objects; unset: the function's own.").of_all();
    S3_ROLE_EXTERNAL_ID = Setting::new("s3.role.external.id", "text", Unset, "External id that the role's trust policy asks for.").secret().of_all();
    S3_ROLE_SESSION_NAME = Setting::new("s3.role.session.name", "text", Value("landfall"), "Name of the role's session, as CloudTrail shows it.").of_all();

    TOPICS_DIR = Setting::new("topics.dir", "directory", Value("topics"), "First directory of every key; empty: keys start with the topic.").empty(Empty::Value);
    OBJECT_KEY_TEMPLATE = Setting::new("object.key.template", "template", Value("{topics.dir}/{topic}/{path}/{topic}+{partition}+{offset}{extension}"), "How a key is composed; also takes `{cluster}`.");
    DIRECTORY_DELIM = Setting::new("directory.delim", "text", Value("/"), "Stands between the directories of the default key, of date paths and of fields.");
    FILE_DELIM = Setting::new("file.delim", "text", Value("+"), "Stands between topic, partition and offset in the default key.");
    OFFSET_PAD_WIDTH = Setting::new("filename.offset.zero.pad.width", "0 to 19", Value("10"), "Least number of digits of the offset in a key.");
    CLUSTER_NAME = Setting::new("cluster.name", "text", Unset, "What `{cluster}` stands for; unset: the cluster's name in the event's ARN.");

    PARTITIONER_CLASS = Setting::new("partitioner.class", "class, or a comma list", Value("DefaultPartitioner"), "`DefaultPartitioner`, `FieldPartitioner`, `TimeBasedPartitioner`, `DailyPartitioner`, `HourlyPartitioner`; the paths of a list are joined in its order.");
    PARTITION_FIELD_NAME = Setting::new("partition.field.name", "comma list", Unset, "Fields of `FieldPartitioner`, dotted where nested.").empty(Empty::Unset);
    PARTITION_DURATION_MS = Setting::new("partition.duration.ms", "milliseconds", Unset, "Length of a bucket of `TimeBasedPartitioner`.");
    PATH_FORMAT = Setting::new("path.format", "Joda pattern", Unset, "Path of a bucket of `TimeBasedPartitioner`, such as `'dt'=YYYY-MM-dd`.").empty(Empty::Unset);
    TIMEZONE = Setting::new("timezone", "time zone", Value("UTC"), "Zone of date paths: an IANA id, or `+hh:mm`.");
    LOCALE = Setting::new("locale", "locale", Value("en"), "Language of month and day names in date paths: English, or any where the path has numbers alone.");
    TIMESTAMP_EXTRACTOR = Setting::new("timestamp.extractor", "extractor", Value("Record"), "Where a record's time comes from: `Record`, `RecordField`, or `Wallclock`, which gives up exactly-once.");
    TIMESTAMP_FIELD = Setting::new("timestamp.field", "field", Value("timestamp"), "Field of `RecordField`, dotted where nested.");
    TIMESTAMP_UNIT = Setting::new("timestamp.unit", "s, ms, us or ns", Value("ms"), "Unit of a numeric `timestamp.field`.");
    FLUSH_SIZE = Setting::new("flush.size", "records", Unset, "Most records of an object: one object holds the offsets of one cell of this many; unset: one object per path and batch.");

    FORMAT_CLASS = Setting::new("format.class", "class", Value("JsonFormat"), "Format of the objects; this function writes `JsonFormat`.").only(Function::JsonSink);
    VALUE_CONVERTER = Setting::new("value.converter", "converter", Value("json"), "Format of the records' values; this function reads `json`.").only(Function::JsonSink);
    S3_COMPRESSION_TYPE = Setting::new("s3.compression.type", "none, gzip or zstd", Value("none"), "Compression of the objects.").only(Function::JsonSink);
    S3_COMPRESSION_LEVEL = Setting::new("s3.compression.level", "number", Value("-1"), "0 to 9 for gzip, 1 to 22 for zstd; -1: 6 for gzip, 3 for zstd.").only(Function::JsonSink);

    PARQUET_FORMAT_CLASS = Setting::new("format.class", "class", Value("ParquetFormat"), "Format of the objects; this function writes `ParquetFormat`.").only(Function::ParquetSink);
    PARQUET_CODEC = Setting::new("parquet.codec", "codec", Value("snappy"), "Compression of the columns: `none`, `snappy`, `gzip`, `zstd`, `brotli` or `lz4_raw`.").only(Function::ParquetSink);
    PARQUET_COMPRESSION_LEVEL = Setting::new("parquet.compression.level", "number", Unset, "0 to 9 for gzip, 1 to 22 for zstd, 0 to 11 for brotli; unset: 4 for gzip, 3 for zstd, 4 for brotli.").only(Function::ParquetSink);
    PARQUET_STATISTICS = Setting::new("parquet.statistics", "none, chunk or page", Value("page"), "Least and greatest values: of no column, of each column, or of each page too, with the page index.").only(Function::ParquetSink);
    PARQUET_PAGE_INDEX = Setting::new("parquet.page.index", "true or false", Value("true"), "Whether an object tells where its pages begin; statistics of pages need it.").only(Function::ParquetSink);
    PARQUET_DICTIONARY = Setting::new("parquet.dictionary", "auto, true or false", Value("auto"), "Which columns have a dictionary: those whose values repeat, all, or none.").only(Function::ParquetSink);
    PARQUET_BLOOM_FILTER_COLUMNS = Setting::new("parquet.bloom.filter.columns", "comma list", Unset, "Columns with a bloom filter, dotted where nested.").empty(Empty::Unset).only(Function::ParquetSink);
    PARQUET_ENUMS = Setting::new("parquet.enums", "string or enum", Value("string"), "Annotation of enums: `STRING`, or `ENUM`, which some readers take for bytes.").only(Function::ParquetSink);
    SCHEMA_COMPATIBILITY = Setting::new("schema.compatibility", "mode", Value("NONE"), "`NONE`: one object per schema; `BACKWARD`, `FULL`: rows take the newest schema of their object; `FORWARD`: the oldest.").only(Function::ParquetSink);
    PARQUET_VALUE_CONVERTER = Setting::new("value.converter", "converter", Value("avro"), "Format of the records' values: `avro`, `protobuf`, `json_schema`, `json`, `string` or `bytes`, or Connect's converter class.").only(Function::ParquetSink);
    SCHEMAS_ENABLE = Setting::new("value.converter.schemas.enable", "true or false", Value("true"), "Whether values of `json` come in Connect's envelope of `schema` and `payload`; else `value.schema` declares their schema.").only(Function::ParquetSink);
    VALUE_SCHEMA = Setting::new("value.schema", "Avro schema, JSON Schema, or s3:// URL", Unset, "Schema of plain `json` values; nothing is inferred from data.").only(Function::ParquetSink);
    SCHEMA_REGISTRY_URL = Setting::new("schema.registry.url", "URLs, or glue", Unset, "Confluent-compatible registry, several URLs separated by commas; or `glue` for AWS Glue. Needed for `avro`, `protobuf` and `json_schema`.").only(Function::ParquetSink).of_converter();
    BASIC_AUTH_SOURCE = Setting::new("basic.auth.credentials.source", "USER_INFO or URL", Value("URL"), "Where user and password for the registry stand: in `basic.auth.user.info`, or in the URL if at all.").only(Function::ParquetSink).of_converter();
    BASIC_AUTH_USER_INFO = Setting::new("basic.auth.user.info", "user:password", Unset, "User and password for the registry.").secret().only(Function::ParquetSink).of_converter();
    BEARER_AUTH_SOURCE = Setting::new("bearer.auth.credentials.source", "STATIC_TOKEN", Unset, "Where a bearer token for the registry comes from.").only(Function::ParquetSink).of_converter();
    BEARER_AUTH_TOKEN = Setting::new("bearer.auth.token", "text", Unset, "Bearer token for the registry.").secret().only(Function::ParquetSink).of_converter();
    SCHEMA_REGISTRY_SECRET_ARN = Setting::new("schema.registry.secret.arn", "secret ARN", Unset, "Secret of Secrets Manager with the registry's `username` and `password`, or its `token`, as JSON.").only(Function::ParquetSink);
    SCHEMA_REGISTRY_TRUSTSTORE = Setting::new("schema.registry.ssl.truststore.location", "file", Unset, "Certificates in PEM that the registry is trusted by; unset: `AWS_CA_BUNDLE` and `SSL_CERT_FILE`, or the machine's.").only(Function::ParquetSink).of_converter();
    SCHEMA_REGISTRY_TIMEOUT_MS = Setting::new("schema.registry.timeout.ms", "milliseconds", Value("5000"), "How long one request to the registry may take.").only(Function::ParquetSink);
    SCHEMA_REGISTRY_RETRIES = Setting::new("schema.registry.retries", "number", Value("3"), "How often a failed request to the registry is made again, within the time that Lambda gives.").only(Function::ParquetSink);
    DEBEZIUM_TEMPORAL = Setting::new("debezium.temporal", "logical, timestamps or raw", Value("logical"), "Debezium's and Connect's named temporal types: as Parquet's DATE, TIME and TIMESTAMP; times of day as numbers; or all as the numbers and texts they are made of.").only(Function::ParquetSink);
    RECURSIVE_TYPES = Setting::new("recursive.types", "quarantine or json", Value("quarantine"), "A value whose type contains itself is a bad record, or a column of JSON text stands where the type begins.").only(Function::ParquetSink);
    LOG_TABLE_DDL = Setting::new("log.table.ddl", "true or false", Value("false"), "Whether the log has the DDL of a table in Athena for each schema that is new to the environment.").only(Function::ParquetSink);

    DEBEZIUM_UNWRAP = Setting::new("debezium.unwrap", "none or after", Value("none"), "`after`: instead of Debezium's envelope stands the row after the change (of a delete, before it), with `__op`, `__ts_ms`, `__source_…` and `__deleted` beside it.");
    STORE_KAFKA_METADATA = Setting::new("store.kafka.metadata", "none or columns", Value("none"), "`columns`: topic, partition, offset, timestamp, key and headers stand beside the value, as `_kafka`.");
    NULL_VALUES = Setting::new("behavior.on.null.values", "fail, ignore or write", Value("fail"), "A tombstone is a bad record, is skipped and counted, or is written: as the line `null`, or in Parquet as a row without values beside `_kafka`.");
    ERRORS_TOLERANCE = Setting::new("errors.tolerance", "all or none", Value("all"), "A bad record goes to quarantine, or fails the invocation.");
    QUARANTINE_DIR = Setting::new("quarantine.dir", "directory", Value("quarantine"), "First directory of the objects that hold bad records.");
    REPORT_ITEM_FAILURES = Setting::new("report.batch.item.failures", "true or false", Value("false"), "Whether a failed partition is named in the answer; only where the mapping has `ReportBatchItemFailures`.");

    S3_PART_RETRIES = Setting::new("s3.part.retries", "number", Value("3"), "How often a failed request is made again, within the time that Lambda gives.");
    S3_RETRY_BACKOFF_MS = Setting::new("s3.retry.backoff.ms", "milliseconds", Value("200"), "Pause before the first retry; doubles each time, with jitter.");
    S3_PUT_CONCURRENCY = Setting::new("s3.put.concurrency", "1 to 1024", Value("64"), "Most requests that one invocation has in flight.");
    S3_ACL_CANNED = Setting::new("s3.acl.canned", "canned ACL", Unset, "ACL of the objects, such as `bucket-owner-full-control`.");
    S3_SSEA_NAME = Setting::new("s3.ssea.name", "AES256 or aws:kms", Unset, "Server-side encryption of the objects; unset: the bucket's own.").empty(Empty::Unset).of_all();
    S3_SSE_KMS_KEY_ID = Setting::new("s3.sse.kms.key.id", "key id or ARN", Unset, "KMS key for `aws:kms`; unset: the account's `aws/s3` key.").empty(Empty::Unset).of_all();
    S3_SSE_CUSTOMER_KEY = Setting::new("s3.sse.customer.key", "base64", Unset, "256-bit key of the caller's own, for `AES256` (SSE-C).").secret().of_all();
    S3_OBJECT_TAGGING = Setting::new("s3.object.tagging", "true or false", Value("false"), "Whether objects are tagged with `startOffset`, `endOffset` and `recordCount`.");
    S3_OBJECT_TAGS = Setting::new("s3.object.tagging.key.value.pairs", "key:value list", Unset, "More tags of every object, where `s3.object.tagging` is on.").empty(Empty::Unset);

    REPLAY_BUCKET_NAME = Setting::new("replay.bucket.name", "text", Required, "Bucket of the objects to replay: the mapping's on-failure destination, or the sinks' bucket for quarantine.").only(Function::Replayer);
    REPLAY_PREFIX = Setting::new("replay.prefix", "text", Required, "What the keys of the objects to replay begin with, such as `aws/lambda/` or `quarantine/`.").only(Function::Replayer);
    REPLAY_DONE_PREFIX = Setting::new("replay.done.prefix", "text", Value("done/"), "What stands before the key of an object that is done; not below `replay.prefix`.").only(Function::Replayer);
    REPLAY_FUNCTION_NAME = Setting::new("replay.function.name", "name or ARN", Required, "Sink that takes the records.").only(Function::Replayer);
    REPLAY_DRY_RUN = Setting::new("replay.dry.run", "true or false", Value("false"), "Whether to say what would be done, and do nothing.").only(Function::Replayer);
    REPLAY_CONCURRENCY = Setting::new("replay.concurrency", "1 to 64", Value("4"), "Most objects under way at once; those of one topic-partition go one after the other.").only(Function::Replayer);
    REPLAY_EVENT_SOURCE_ARN = Setting::new("replay.event.source.arn", "cluster ARN", Unset, "Cluster of quarantined records whose objects name none; where the sink's keys have `{cluster}`.").only(Function::Replayer);

    METRICS_ENABLED = Setting::new("metrics.enabled", "true or false", Value("true"), "Whether each invocation writes CloudWatch metrics to its log (embedded metric format).").of_all();
    METRICS_NAMESPACE = Setting::new("metrics.namespace", "text", Value("landfall"), "CloudWatch namespace of the metrics.").of_all();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_and_variables_are_unique_and_sentences_end() {
        for function in Function::ALL {
            let mut variables: Vec<String> = settings_of(function).flat_map(Setting::variables).collect();
            let count = variables.len();
            variables.sort();
            variables.dedup();
            assert_eq!(variables.len(), count);
        }
        for setting in TABLE {
            assert!(setting.summary.ends_with('.'), "{}", setting.property);
            assert!(!setting.summary.contains('|'), "{} would break a Markdown table", setting.property);
        }
    }

    #[test]
    fn a_variable_is_the_property_in_upper_case() {
        assert_eq!(S3_BUCKET_NAME.variable(), "S3_BUCKET_NAME");
        assert_eq!(OFFSET_PAD_WIDTH.variable(), "FILENAME_OFFSET_ZERO_PAD_WIDTH");
    }
}
