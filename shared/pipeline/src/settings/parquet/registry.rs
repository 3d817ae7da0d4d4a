//! Settings that say who tells the schemas.

use crate::settings::reader::Reader;
use crate::settings::{s3, table};
use schema::RegistryUrl;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Who tells the schemas.
#[derive(Debug, Clone)]
pub enum RegistrySettings {
    /// A registry with Confluent's interface.
    Confluent(ConfluentSettings),
    /// AWS Glue.
    Glue {
        /// The variables of the SDK that name another endpoint; none: AWS's.
        endpoint: Option<String>,
        /// How requests are made.
        requests: Requests,
    },
}

/// A registry with Confluent's interface.
#[derive(Debug, Clone)]
pub struct ConfluentSettings {
    /// `schema.registry.url`: at least one; the others are asked where one fails.
    pub urls: Vec<RegistryUrl>,
    /// What it is asked with.
    pub auth: RegistryAuth,
    /// `schema.registry.ssl.truststore.location`
    pub truststore: Option<PathBuf>,
    /// The variables of the SDK that name another endpoint of Secrets Manager; none: AWS's.
    pub secrets_endpoint: Option<String>,
    /// How requests are made.
    pub requests: Requests,
}

/// How requests to a registry are made.
#[derive(Debug, Clone, Copy)]
pub struct Requests {
    /// `schema.registry.timeout.ms`
    pub timeout: Duration,
    /// `schema.registry.retries`
    pub retries: usize,
}

/// What a registry is asked with.
#[derive(Clone, PartialEq, Eq)]
pub enum RegistryAuth {
    /// Nothing, or user and password of the URL.
    Url,
    /// `basic.auth.user.info`
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: String,
    },
    /// `bearer.auth.token`
    Bearer(String),
    /// `schema.registry.secret.arn`: a secret tells either.
    Secret {
        /// Its ARN.
        arn: String,
    },
}

impl fmt::Debug for RegistryAuth {
    /// Writes the kind; the rest is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "Url",
            Self::Basic { .. } => "Basic",
            Self::Bearer(_) => "Bearer",
            Self::Secret { .. } => "Secret",
        })
    }
}

/// None: a problem; `Some(None)`: no registry is wanted.
#[allow(clippy::option_option, reason = "a problem and a registry that is not wanted are two things")]
pub(super) fn read(reader: &mut Reader<'_>, is_wanted: bool) -> Option<Option<RegistrySettings>> {
    let urls = reader.read(table::SCHEMA_REGISTRY_URL, parse_urls);
    let auth = read_auth(reader);
    let truststore = reader.text(table::SCHEMA_REGISTRY_TRUSTSTORE).map(PathBuf::from);
    let timeout_ms = reader.number(table::SCHEMA_REGISTRY_TIMEOUT_MS, 1..=900_000);
    let retries = reader.number(table::SCHEMA_REGISTRY_RETRIES, 0..=100);
    let is_set = reader.is_set(table::SCHEMA_REGISTRY_URL);
    if is_wanted && !is_set {
        reader.refuse(
            table::SCHEMA_REGISTRY_URL,
            "avro, protobuf and json_schema need it: the URL of a registry, or glue",
        );
    }
    if !is_wanted {
        for setting in [
            table::SCHEMA_REGISTRY_URL,
            table::BASIC_AUTH_USER_INFO,
            table::BEARER_AUTH_TOKEN,
            table::SCHEMA_REGISTRY_SECRET_ARN,
            table::SCHEMA_REGISTRY_TRUSTSTORE,
        ] {
            if reader.is_set(setting) {
                reader.refuse(setting, "expected value.converter=avro, protobuf or json_schema beside it");
            }
        }
        return Some(None);
    }
    let requests = Requests { timeout: Duration::from_millis(timeout_ms?), retries: retries? as usize };
    let endpoint = |reader: &mut Reader<'_>, service: &str| {
        [format!("AWS_ENDPOINT_URL_{service}"), "AWS_ENDPOINT_URL".to_owned()]
            .iter()
            .find_map(|name| s3::read_url(reader, name))
    };
    match urls? {
        Urls::Glue => {
            for setting in [
                table::BASIC_AUTH_USER_INFO,
                table::BEARER_AUTH_TOKEN,
                table::SCHEMA_REGISTRY_SECRET_ARN,
                table::SCHEMA_REGISTRY_TRUSTSTORE,
            ] {
                if reader.is_set(setting) {
                    reader.refuse(
                        setting,
                        "expected the URL of a registry beside it: Glue takes the function's role",
                    );
                }
            }
            Some(Some(RegistrySettings::Glue { endpoint: endpoint(reader, "GLUE"), requests }))
        }
        Urls::Confluent(urls) => Some(Some(RegistrySettings::Confluent(ConfluentSettings {
            urls,
            auth: auth?,
            truststore,
            secrets_endpoint: endpoint(reader, "SECRETS_MANAGER"),
            requests,
        }))),
    }
}

enum Urls {
    Glue,
    Confluent(Vec<RegistryUrl>),
}

fn parse_urls(text: &str) -> Result<Urls, String> {
    if text.eq_ignore_ascii_case("glue") {
        return Ok(Urls::Glue);
    }
    let urls: Vec<String> = text.split(',').map(|url| url.trim().trim_end_matches('/').to_owned()).collect();
    for url in &urls {
        s3::check_url(url).map_err(|expected| format!("{expected}, several separated by commas, or glue"))?;
    }
    Ok(Urls::Confluent(urls.into_iter().map(RegistryUrl).collect()))
}

fn read_auth(reader: &mut Reader<'_>) -> Option<RegistryAuth> {
    let source = reader.read(table::BASIC_AUTH_SOURCE, |text| match text {
        "USER_INFO" => Ok(true),
        "URL" => Ok(false),
        _ => Err("expected USER_INFO or URL"),
    });
    let basic = reader.read(table::BASIC_AUTH_USER_INFO, |text| match text.split_once(':') {
        Some((user, password)) if !user.is_empty() => {
            Ok(RegistryAuth::Basic { user: user.to_owned(), password: password.to_owned() })
        }
        _ => Err("expected user:password"),
    });
    let bearer_source = reader.read(table::BEARER_AUTH_SOURCE, |text| match text {
        "STATIC_TOKEN" => Ok(()),
        _ => Err("expected STATIC_TOKEN"),
    });
    let bearer = reader.text(table::BEARER_AUTH_TOKEN).map(RegistryAuth::Bearer);
    let secret = reader.read(table::SCHEMA_REGISTRY_SECRET_ARN, |text| {
        let parts: Vec<&str> = text.splitn(7, ':').collect();
        let is_secret = matches!(parts.as_slice(), ["arn", _, "secretsmanager", region, account, "secret", name]
            if !region.is_empty() && account.len() == 12 && !name.is_empty());
        is_secret
            .then(|| RegistryAuth::Secret { arn: text.to_owned() })
            .ok_or("expected the ARN of a secret: arn:aws:secretsmanager:<region>:<account>:secret:<name>")
    });
    if source == Some(true) && !reader.is_set(table::BASIC_AUTH_USER_INFO) {
        reader.refuse(table::BASIC_AUTH_USER_INFO, "basic.auth.credentials.source=USER_INFO needs it");
    }
    if reader.is_set(table::BASIC_AUTH_SOURCE)
        && source == Some(false)
        && reader.is_set(table::BASIC_AUTH_USER_INFO)
    {
        reader.refuse(
            table::BASIC_AUTH_USER_INFO,
            "expected basic.auth.credentials.source=USER_INFO beside it",
        );
    }
    if bearer_source.is_some() && !reader.is_set(table::BEARER_AUTH_TOKEN) {
        reader.refuse(table::BEARER_AUTH_TOKEN, "bearer.auth.credentials.source=STATIC_TOKEN needs it");
    }
    let ways: Vec<_> = [
        (table::BASIC_AUTH_USER_INFO, basic),
        (table::BEARER_AUTH_TOKEN, bearer),
        (table::SCHEMA_REGISTRY_SECRET_ARN, secret),
    ]
    .into_iter()
    .filter(|(setting, _)| reader.is_set(setting))
    .collect();
    if let [(first, _), (second, _), ..] = ways.as_slice() {
        reader.refuse(second, format_args!("expected it not to be set beside {}", first.property));
    }
    match ways.into_iter().next() {
        Some((_, way)) => way,
        None => Some(RegistryAuth::Url),
    }
}
