//! Connect properties that are not supported: refused by name, with the way to the same effect.

use super::Function;
use super::table::{Functions, variable};

/// A Connect property that is not supported.
pub(super) struct Unsupported {
    pub(super) property: &'static str,
    /// The functions that don't have it.
    pub(super) functions: Functions,
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
    Unsupported { property, functions: Functions::Sinks, off, way }
}

/// A property that only one function lacks, and that it has more to say of than that.
const fn unsupported_by(
    function: Function,
    property: &'static str,
    off: &'static [&'static str],
    way: &'static str,
) -> Unsupported {
    Unsupported { property, functions: Functions::Only(function), off, way }
}

const ROLE: &str = "set s3.role.arn, s3.role.external.id and s3.role.session.name";
const NO_PARTS: &str = "remove it: an object is one PUT, without parts or buffers to size";
const ROTATION: &str = "objects end with the batch: set the mapping's MaximumBatchingWindowInSeconds and BatchSize, \
                        or flush.size";
const SCHEMA: &str =
    "remove it: JSON values are written as they were produced, and columns follow the schema alone";
const FRAMEWORK: &str = "remove it: Lambda takes the place of the Connect worker";
const MAPPING: &str = "remove it: the event source mapping names the topic";
const SIDE_FILES: &str =
    "side files are not written: set store.kafka.metadata=columns, which has both beside the value";

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
    unsupported_by(
        Function::JsonSink,
        "schema.compatibility",
        &["NONE"],
        "remove it: JSON values are written as they were produced, without a schema",
    ),
    unsupported(
        "schema.cache.size",
        &["1000"],
        "remove it: schemas are kept as long as the environment lives",
    ),
    unsupported("enhanced.avro.schema.support", &["true"], SCHEMA),
    unsupported("connect.meta.data", &["true"], SCHEMA),
    unsupported("allow.optional.map.keys", &["false"], SCHEMA),
    unsupported("json.decimal.format", &["BASE64"], SCHEMA),
    unsupported("avro.codec", &["null"], "no function writes Avro"),
    unsupported_by(
        Function::JsonSink,
        "parquet.codec",
        &["snappy"],
        "this function writes JSON Lines: set s3.compression.type",
    ),
    unsupported_by(
        Function::ParquetSink,
        "s3.compression.type",
        &["none"],
        "Parquet compresses its columns: set parquet.codec",
    ),
    unsupported_by(
        Function::ParquetSink,
        "s3.compression.level",
        &["-1"],
        "Parquet compresses its columns: set parquet.compression.level",
    ),
    unsupported("format.bytearray.extension", &[".bin"], "no function writes raw bytes"),
    unsupported("format.bytearray.separator", &[], "no function writes raw bytes"),
    unsupported("store.kafka.keys", &["false"], SIDE_FILES),
    unsupported("store.kafka.headers", &["false"], SIDE_FILES),
    unsupported("keys.format.class", &[], SIDE_FILES),
    unsupported("headers.format.class", &[], SIDE_FILES),
    unsupported(
        "tombstone.encoded.partition",
        &["tombstone"],
        "set behavior.on.null.values=write: a tombstone is a row in its own path",
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
    unsupported_by(
        Function::JsonSink,
        "value.converter.schemas.enable",
        &["false"],
        "values with a schema envelope are written as they are",
    ),
    unsupported_by(
        Function::JsonSink,
        "value.converter.schema.registry.url",
        &[],
        "this function reads JSON without a schema",
    ),
    unsupported(
        "basic.auth.credentials.provider",
        &[],
        "set basic.auth.user.info or schema.registry.secret.arn",
    ),
    unsupported(
        "schema.registry.ssl.keystore.location",
        &[],
        "client certificates are not sent to a registry: set basic.auth.user.info or bearer.auth.token",
    ),
    unsupported(
        "value.converter.use.latest.version",
        &["false"],
        "remove it: a value is read by the schema that it was written with",
    ),
    unsupported(
        "value.subject.name.strategy",
        &[],
        "remove it: a value names its schema by id, whatever its subject",
    ),
    unsupported(
        "value.converter.value.subject.name.strategy",
        &[],
        "remove it: a value names its schema by id, whatever its subject",
    ),
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
