use super::*;
use crate::settings::{Problem, RegistryAuth, RegistrySettings, Settings, SettingsError, settings_of};
use std::collections::BTreeMap;
use std::ffi::OsString;

/// What Lambda sets, and the settings without defaults.
const MINIMAL: &[(&str, &str)] = &[
    ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"),
    ("AWS_SESSION_TOKEN", "token"),
    ("AWS_REGION", "ap-northeast-2"),
    ("S3_BUCKET_NAME", "data-lake"),
];

const REGISTRY: (&str, &str) = ("SCHEMA_REGISTRY_URL", "http://registry:8081");

fn read(vars: &[(&str, &str)]) -> Result<Settings<ParquetSettings>, SettingsError> {
    let vars: BTreeMap<&str, &str> = MINIMAL.iter().chain(vars).copied().collect();
    Settings::from_vars(|name| vars.get(name).map(OsString::from))
}

/// Asserts that these variables are refused with just these lines.
#[track_caller]
fn check_refused(vars: &[(&str, &str)], expected: &[&str]) {
    let error = read(vars).expect_err("settings should be refused");
    let problems: Vec<String> = error.problems.iter().map(Problem::to_string).collect();
    assert_eq!(problems, expected);
}

#[track_caller]
fn check_confluent(vars: &[(&str, &str)], urls: &[&str], auth: &RegistryAuth) {
    let settings = read(vars).unwrap_or_else(|error| panic!("{error}"));
    match settings.format.converter {
        Converter::Registry { registry: RegistrySettings::Confluent(confluent), .. } => {
            assert_eq!(confluent.urls.iter().map(|url| url.0.as_str()).collect::<Vec<_>>(), urls);
            assert!(confluent.auth == *auth, "{:?}", confluent.auth);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn with_a_bucket_and_a_registry_every_default_holds() {
    let settings = read(&[REGISTRY]).expect("valid");
    assert_eq!(settings.naming.extension, ".snappy.parquet");
    assert_eq!(settings.quarantine.extension, ".json");
    assert_eq!(settings.format.compatibility, Compatibility::None);
    assert_eq!(settings.format.columns, ColumnOptions::default());
    assert!(matches!(settings.format.converter, Converter::Registry { format: Format::Avro, .. }));
}

#[test]
fn every_default_of_the_table_is_what_its_absence_means() {
    let explicit: Vec<(String, &str)> = settings_of(Function::ParquetSink)
        .filter(|setting| {
            // Each of these is only good beside something else.
            ![
                "object.key.template",
                "s3.role.session.name",
                "value.converter.schemas.enable",
                "basic.auth.credentials.source",
            ]
            .contains(&setting.property)
        })
        .filter_map(|setting| match setting.default {
            crate::settings::DefaultValue::Value(value) => Some((setting.variable(), value)),
            _ => None,
        })
        .collect();
    let explicit: Vec<(&str, &str)> =
        explicit.iter().map(|(name, value)| (name.as_str(), *value)).chain([REGISTRY]).collect();
    let settings = read(&explicit).expect("valid");
    assert_eq!(format!("{settings:?}"), format!("{:?}", read(&[REGISTRY]).expect("valid")));
}

#[test]
fn a_connect_configuration_is_taken_as_it_is() {
    let vars = [
        ("CONNECTOR_CLASS", "io.confluent.connect.s3.S3SinkConnector"),
        ("STORAGE_CLASS", "io.confluent.connect.s3.storage.S3Storage"),
        ("FORMAT_CLASS", "io.confluent.connect.s3.format.parquet.ParquetFormat"),
        ("PARQUET_CODEC", "gzip"),
        ("VALUE_CONVERTER", "io.confluent.connect.avro.AvroConverter"),
        ("VALUE_CONVERTER_SCHEMA_REGISTRY_URL", "https://a.example/base/, https://b.example"),
        ("VALUE_CONVERTER_BASIC_AUTH_CREDENTIALS_SOURCE", "USER_INFO"),
        ("VALUE_CONVERTER_BASIC_AUTH_USER_INFO", "user:pass:word"),
        ("SCHEMA_COMPATIBILITY", "BACKWARD"),
        ("S3_COMPRESSION_TYPE", "none"),
        ("PARTITIONER_CLASS", "io.confluent.connect.storage.partitioner.HourlyPartitioner"),
    ];
    let auth = RegistryAuth::Basic { user: "user".to_owned(), password: "pass:word".to_owned() };
    check_confluent(&vars, &["https://a.example/base", "https://b.example"], &auth);
    let settings = read(&vars).expect("valid");
    assert_eq!(settings.naming.extension, ".gz.parquet");
    assert_eq!(settings.format.compatibility, Compatibility::Backward);
}

#[test]
fn a_registry_is_asked_with_a_token_or_a_secret_too() {
    let token = RegistryAuth::Bearer("t".to_owned());
    check_confluent(&[REGISTRY, ("BEARER_AUTH_TOKEN", "t")], &["http://registry:8081"], &token);
    let arn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:registry-AbCdEf";
    let secret = RegistryAuth::Secret { arn: arn.to_owned() };
    check_confluent(&[REGISTRY, ("SCHEMA_REGISTRY_SECRET_ARN", arn)], &["http://registry:8081"], &secret);
    check_confluent(&[REGISTRY], &["http://registry:8081"], &RegistryAuth::Url);
    let glue = read(&[("SCHEMA_REGISTRY_URL", "glue")]).expect("valid");
    let Converter::Registry { registry, .. } = glue.format.converter else { panic!("no registry") };
    assert!(matches!(registry, RegistrySettings::Glue { endpoint: None, .. }));
}

#[test]
fn what_contradicts_the_registry_is_refused() {
    check_refused(
        &[],
        &[
            "SCHEMA_REGISTRY_URL is not set: avro, protobuf and json_schema need it: the URL of a registry, or glue",
        ],
    );
    check_refused(
        &[("SCHEMA_REGISTRY_URL", "registry:8081")],
        &["SCHEMA_REGISTRY_URL=\"registry:8081\": expected a URL with http:// or https:// and a host, \
           several separated by commas, or glue"],
    );
    check_refused(
        &[REGISTRY, ("BEARER_AUTH_TOKEN", "t"), ("BASIC_AUTH_USER_INFO", "u:p")],
        &["BEARER_AUTH_TOKEN=\"***\": expected it not to be set beside basic.auth.user.info"],
    );
    check_refused(
        &[REGISTRY, ("BASIC_AUTH_USER_INFO", "user")],
        &["BASIC_AUTH_USER_INFO=\"***\": expected user:password"],
    );
    check_refused(
        &[("SCHEMA_REGISTRY_URL", "glue"), ("BASIC_AUTH_USER_INFO", "u:p")],
        &[
            "BASIC_AUTH_USER_INFO=\"***\": expected the URL of a registry beside it: Glue takes the function's role",
        ],
    );
    check_refused(
        &[("VALUE_CONVERTER", "json"), REGISTRY],
        &[
            "SCHEMA_REGISTRY_URL=\"http://registry:8081\": expected value.converter=avro, protobuf or json_schema \
           beside it",
        ],
    );
    check_refused(
        &[REGISTRY, ("VALUE_CONVERTER_SCHEMA_REGISTRY_URL", "http://other")],
        &[
            "SCHEMA_REGISTRY_URL=\"http://registry:8081\": expected one value, not several in SCHEMA_REGISTRY_URL and \
           VALUE_CONVERTER_SCHEMA_REGISTRY_URL",
        ],
    );
}

#[test]
fn plain_json_needs_a_declared_schema_and_nothing_else_takes_one() {
    let plain = [("VALUE_CONVERTER", "json"), ("VALUE_CONVERTER_SCHEMAS_ENABLE", "false")];
    check_refused(
        &plain,
        &[
            "VALUE_SCHEMA is not set: plain JSON needs it: columns follow a schema, and are never inferred from data",
        ],
    );
    let with = |schema| [plain[0], plain[1], ("VALUE_SCHEMA", schema)];
    let settings = read(&with("s3://schemas/orders/v1.avsc")).expect("valid");
    let Converter::Declared(declared) = settings.format.converter else { panic!("not declared") };
    let object = DeclaredSchema::Object { bucket: "schemas".to_owned(), key: "orders/v1.avsc".to_owned() };
    assert_eq!(declared, object);
    check_refused(
        &with("orders.avsc"),
        &["VALUE_SCHEMA=\"orders.avsc\": expected a schema as a JSON object, or s3://<bucket>/<key>"],
    );
    check_refused(
        &[("VALUE_CONVERTER", "json"), ("VALUE_SCHEMA", "{}")],
        &[
            "VALUE_SCHEMA=\"{}\": expected value.converter=json and value.converter.schemas.enable=false beside it",
        ],
    );
}

#[test]
fn codecs_and_levels_go_together() {
    let settings = read(&[REGISTRY, ("PARQUET_CODEC", "zstd"), ("PARQUET_COMPRESSION_LEVEL", "19")]);
    assert_eq!(settings.expect("valid").naming.extension, ".zstd.parquet");
    for (codec, level) in [("snappy", "1"), ("gzip", "10"), ("zstd", "23"), ("none", "0"), ("lz4_raw", "1")] {
        let error = read(&[REGISTRY, ("PARQUET_CODEC", codec), ("PARQUET_COMPRESSION_LEVEL", level)]);
        let problems = error.expect_err(codec).problems;
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].variable, "PARQUET_COMPRESSION_LEVEL");
    }
    for codec in ["lzo", "lz4", "uncompressed", "GZIP2"] {
        let problems = read(&[REGISTRY, ("PARQUET_CODEC", codec)]).expect_err(codec).problems;
        assert_eq!(problems[0].variable, "PARQUET_CODEC");
    }
}

#[test]
fn tombstones_are_written_only_where_their_rows_have_a_column() {
    check_refused(
        &[REGISTRY, ("BEHAVIOR_ON_NULL_VALUES", "write")],
        &[
            "BEHAVIOR_ON_NULL_VALUES=\"write\": expected store.kafka.metadata=columns beside it: else the row of a \
           tombstone would be empty",
        ],
    );
    read(&[REGISTRY, ("BEHAVIOR_ON_NULL_VALUES", "write"), ("STORE_KAFKA_METADATA", "columns")])
        .expect("valid");
}

#[test]
fn settings_of_the_other_function_are_refused_by_name() {
    check_refused(
        &[REGISTRY, ("S3_COMPRESSION_TYPE", "gzip")],
        &[
            "S3_COMPRESSION_TYPE=\"gzip\": s3.compression.type is not supported: Parquet compresses its columns: set \
           parquet.codec",
        ],
    );
}
