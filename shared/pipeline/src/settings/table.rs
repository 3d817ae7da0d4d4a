//! The settings table: every setting, declared once.

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
    /// What it does, in one sentence.
    pub summary: &'static str,
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

    const fn new(
        property: &'static str,
        kind: &'static str,
        default: DefaultValue,
        summary: &'static str,
    ) -> Self {
        Self { property, kind, default, empty: Empty::Refused, secret: false, summary }
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
    property.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

use DefaultValue::{Required, Unset, Value};

macro_rules! settings {
    ($($name:ident = $setting:expr;)*) => {
        $(pub(super) const $name: &Setting = &$setting;)*

        /// Every setting, in the order in which people read them.
        pub const TABLE: &[&Setting] = &[$($name),*];
    };
}

settings! {
    S3_BUCKET_NAME = Setting::new("s3.bucket.name", "text", Required, "Bucket that the objects are written to.");
    S3_REGION = Setting::new("s3.region", "text", Unset, "Region of the bucket; unset: `AWS_REGION`, which Lambda sets.");
    STORE_URL = Setting::new("store.url", "URL", Unset, "Another S3 endpoint, `https://` where no scheme is given; unset: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, or AWS.");
    S3_PATH_STYLE = Setting::new("s3.path.style.access.enabled", "true or false", Value("true"), "Whether the bucket stands in the path of a request instead of the host name.");
    S3_WAN_MODE = Setting::new("s3.wan.mode", "true or false", Value("false"), "Whether to use S3 Transfer Acceleration; needs `s3.path.style.access.enabled=false`.");

    AWS_ACCESS_KEY_ID = Setting::new("aws.access.key.id", "text", Required, "Access key; Lambda sets it to the execution role's.");
    AWS_SECRET_ACCESS_KEY = Setting::new("aws.secret.access.key", "text", Required, "Secret of the access key; Lambda sets it.").secret();
    AWS_SESSION_TOKEN = Setting::new("aws.session.token", "text", Unset, "Session of the access key; Lambda sets it.").empty(Empty::Unset).secret();
    S3_ROLE_ARN = Setting::new("s3.role.arn", "role ARN", Unset, "Role that writes the objects; unset: the function's own.");
    S3_ROLE_EXTERNAL_ID = Setting::new("s3.role.external.id", "text", Unset, "External id that the role's trust policy asks for.").secret();
    S3_ROLE_SESSION_NAME = Setting::new("s3.role.session.name", "text", Value("landfall"), "Name of the role's session, as CloudTrail shows it.");

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

    FORMAT_CLASS = Setting::new("format.class", "class", Value("JsonFormat"), "Format of the objects; this function writes `JsonFormat`.");
    VALUE_CONVERTER = Setting::new("value.converter", "converter", Value("json"), "Format of the records' values; this function reads `json`.");
    S3_COMPRESSION_TYPE = Setting::new("s3.compression.type", "none, gzip or zstd", Value("none"), "Compression of the objects.");
    S3_COMPRESSION_LEVEL = Setting::new("s3.compression.level", "number", Value("-1"), "0 to 9 for gzip, 1 to 22 for zstd; -1: 6 for gzip, 3 for zstd.");
    NULL_VALUES = Setting::new("behavior.on.null.values", "fail, ignore or write", Value("fail"), "A tombstone is a bad record, is skipped and counted, or is written as the line `null`.");
    ERRORS_TOLERANCE = Setting::new("errors.tolerance", "all or none", Value("all"), "A bad record goes to quarantine, or fails the invocation.");
    QUARANTINE_DIR = Setting::new("quarantine.dir", "directory", Value("quarantine"), "First directory of the objects that hold bad records.");
    REPORT_ITEM_FAILURES = Setting::new("report.batch.item.failures", "true or false", Value("false"), "Whether a failed partition is named in the answer; only where the mapping has `ReportBatchItemFailures`.");

    S3_PART_RETRIES = Setting::new("s3.part.retries", "number", Value("3"), "How often a failed request is made again, within the time that Lambda gives.");
    S3_RETRY_BACKOFF_MS = Setting::new("s3.retry.backoff.ms", "milliseconds", Value("200"), "Pause before the first retry; doubles each time, with jitter.");
    S3_PUT_CONCURRENCY = Setting::new("s3.put.concurrency", "1 to 1024", Value("64"), "Most requests that one invocation has in flight.");
    S3_ACL_CANNED = Setting::new("s3.acl.canned", "canned ACL", Unset, "ACL of the objects, such as `bucket-owner-full-control`.");
    S3_SSEA_NAME = Setting::new("s3.ssea.name", "AES256 or aws:kms", Unset, "Server-side encryption of the objects; unset: the bucket's own.").empty(Empty::Unset);
    S3_SSE_KMS_KEY_ID = Setting::new("s3.sse.kms.key.id", "key id or ARN", Unset, "KMS key for `aws:kms`; unset: the account's `aws/s3` key.").empty(Empty::Unset);
    S3_SSE_CUSTOMER_KEY = Setting::new("s3.sse.customer.key", "base64", Unset, "256-bit key of the caller's own, for `AES256` (SSE-C).").secret();
    S3_OBJECT_TAGGING = Setting::new("s3.object.tagging", "true or false", Value("false"), "Whether objects are tagged with `startOffset`, `endOffset` and `recordCount`.");
    S3_OBJECT_TAGS = Setting::new("s3.object.tagging.key.value.pairs", "key:value list", Unset, "More tags of every object, where `s3.object.tagging` is on.").empty(Empty::Unset);

    METRICS_ENABLED = Setting::new("metrics.enabled", "true or false", Value("true"), "Whether each invocation writes CloudWatch metrics to its log (embedded metric format).");
    METRICS_NAMESPACE = Setting::new("metrics.namespace", "text", Value("landfall"), "CloudWatch namespace of the metrics.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_and_variables_are_unique_and_sentences_end() {
        let mut variables: Vec<String> = TABLE.iter().map(|setting| setting.variable()).collect();
        variables.sort();
        variables.dedup();
        assert_eq!(variables.len(), TABLE.len());
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
