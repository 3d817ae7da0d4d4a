//! Connect properties that are not supported: refused by name, with the way to the same effect.

use super::table::variable;

/// A Connect property that is not supported.
pub(super) struct Unsupported {
    pub(super) property: &'static str,
    /// Values that mean that the feature is off, so that nothing is missing.
    off: &'static [&'static str],
    /// What to do instead.
    pub(super) way: &'static str,
}

impl Unsupported {
    pub(super) fn variable(&self) -> String {
        variable(self.property)
    }

    /// Whether a value asks for something that is not there.
    pub(super) fn asks(&self, value: &str) -> bool {
        !self.off.iter().any(|off| off.eq_ignore_ascii_case(value))
    }
}

const fn unsupported(property: &'static str, off: &'static [&'static str], way: &'static str) -> Unsupported {
    Unsupported { property, off, way }
}

const ROLE: &str = "set s3.role.arn, s3.role.external.id and s3.role.session.name";
const NO_PARTS: &str = "remove it: an object is one PUT, without parts or buffers to size";
const ROTATION: &str = "objects end with the batch: set the mapping's MaximumBatchingWindowInSeconds and BatchSize, \
                        or flush.size";
const SCHEMA: &str = "remove it: JSON values are written as they were produced, without a schema";
const FRAMEWORK: &str = "remove it: Lambda takes the place of the Connect worker";
const MAPPING: &str = "remove it: the event source mapping names the topic";
const SIDE_FILES: &str =
    "key, headers and value side files are not written; quarantine objects hold all three";

pub(super) const UNSUPPORTED: &[Unsupported] = &[
    unsupported("rotate.schedule.interval.ms", &["-1"], ROTATION),
    unsupported("rotate.interval.ms", &["-1"], ROTATION),
    unsupported(
        "rotate.file.on.partition.change",
        &["true"],
        "remove it: a path has its own object in any case",
    ),
    unsupported("max.write.duration.ms", &[], "set the function's timeout"),
    unsupported("shutdown.timeout.ms", &["3000"], "set the function's timeout"),
    unsupported(
        "retry.backoff.ms",
        &["5000"],
        "set s3.retry.backoff.ms; a failed batch is retried by the mapping",
    ),
    unsupported("partitioner.max.open.files", &["-1"], "remove it: no file stays open"),
    unsupported("max.files.scan.limit", &["100"], "remove it: no names are scanned"),
    unsupported("enable.conditional.writes", &["true"], "remove it: every write is conditional"),
    unsupported("s3.part.size", &["26214400"], NO_PARTS),
    unsupported("s3.elastic.buffer.enable", &["false"], NO_PARTS),
    unsupported("s3.elastic.buffer.init.capacity", &["131072"], NO_PARTS),
    unsupported("s3.send.digest", &["false"], "remove it: every object carries a CRC32 that S3 verifies"),
    unsupported("s3.http.send.expect.continue", &["true"], "remove it"),
    unsupported(
        "s3.object.behavior.on.tagging.error",
        &["fail"],
        "tags are part of the PUT: it fails with them",
    ),
    unsupported("s3.proxy.url", &[""], "give the function a route to S3, such as a gateway endpoint"),
    unsupported("s3.proxy.user", &[""], "give the function a route to S3, such as a gateway endpoint"),
    unsupported("s3.proxy.password", &[""], "give the function a route to S3, such as a gateway endpoint"),
    unsupported("s3.credentials.provider.class", &[], ROLE),
    unsupported("s3.credentials.provider.sts.role.arn", &[], ROLE),
    unsupported("s3.credentials.provider.sts.role.session.name", &[], ROLE),
    unsupported("s3.credentials.provider.sts.role.external.id", &[], ROLE),
    unsupported("s3.credentials.provider.sts.region", &[], ROLE),
    unsupported("s3.schema.partition.affix.type", &["NONE"], SCHEMA),
    unsupported("schema.compatibility", &["NONE"], SCHEMA),
    unsupported("schema.cache.size", &["1000"], SCHEMA),
    unsupported("enhanced.avro.schema.support", &["true"], SCHEMA),
    unsupported("connect.meta.data", &["true"], SCHEMA),
    unsupported("allow.optional.map.keys", &["false"], SCHEMA),
    unsupported("json.decimal.format", &["BASE64"], SCHEMA),
    unsupported("avro.codec", &["null"], "this function writes JSON Lines: set s3.compression.type"),
    unsupported("parquet.codec", &["snappy"], "this function writes JSON Lines: set s3.compression.type"),
    unsupported("format.bytearray.extension", &[".bin"], "this function writes JSON Lines"),
    unsupported("format.bytearray.separator", &[], "this function writes JSON Lines"),
    unsupported("store.kafka.keys", &["false"], SIDE_FILES),
    unsupported("store.kafka.headers", &["false"], SIDE_FILES),
    unsupported("store.kafka.metadata", &["none"], SIDE_FILES),
    unsupported("keys.format.class", &[], SIDE_FILES),
    unsupported("headers.format.class", &[], SIDE_FILES),
    unsupported(
        "tombstone.encoded.partition",
        &["tombstone"],
        "set behavior.on.null.values=write: a tombstone is the line null",
    ),
    unsupported(
        "report.null.values.to.dlq",
        &["true"],
        "set behavior.on.null.values=fail: tombstones go to quarantine",
    ),
    unsupported(
        "errors.deadletterqueue.topic.name",
        &[""],
        "bad records go to quarantine in S3: see quarantine.dir",
    ),
    unsupported(
        "errors.deadletterqueue.context.headers.enable",
        &["false"],
        "quarantine objects hold the reason",
    ),
    unsupported(
        "errors.deadletterqueue.topic.replication.factor",
        &[],
        "bad records go to quarantine in S3: see quarantine.dir",
    ),
    unsupported(
        "errors.retry.timeout",
        &["0"],
        "set s3.part.retries; a failed batch is retried by the mapping",
    ),
    unsupported("errors.retry.delay.max.ms", &["60000"], "set s3.retry.backoff.ms"),
    unsupported(
        "errors.log.enable",
        &["false"],
        "remove it: rejected records are logged by kind and held in quarantine",
    ),
    unsupported(
        "errors.log.include.messages",
        &["false"],
        "payloads are never logged; quarantine objects hold them",
    ),
    unsupported(
        "value.converter.schemas.enable",
        &["false"],
        "values with a schema envelope are written as they are",
    ),
    unsupported("value.converter.schema.registry.url", &[], "this function reads JSON without a schema"),
    unsupported("key.converter.schemas.enable", &["false"], FRAMEWORK),
    unsupported("key.converter", &[], "remove it: keys are not decoded"),
    unsupported("header.converter", &[], "remove it: headers are not decoded"),
    unsupported(
        "storage.class",
        &["io.confluent.connect.s3.storage.S3Storage", "S3Storage"],
        "objects go to S3",
    ),
    unsupported(
        "connector.class",
        &["io.confluent.connect.s3.S3SinkConnector", "S3SinkConnector"],
        FRAMEWORK,
    ),
    unsupported("tasks.max", &[], "remove it: the mapping's pollers set the concurrency"),
    unsupported("topics", &[], MAPPING),
    unsupported("topics.regex", &[], MAPPING),
    unsupported(
        "transforms",
        &[""],
        "single message transforms are not run: shape the records before they reach Kafka",
    ),
    unsupported(
        "predicates",
        &[""],
        "single message transforms are not run: shape the records before they reach Kafka",
    ),
];
