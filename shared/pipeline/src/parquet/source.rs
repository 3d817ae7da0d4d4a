//! Who tells the schemas of a function's values.

use super::decoders::Known;
use super::secret::Secret;
use super::values::{Values, WriterRef};
use crate::aws::{ClientError, http_client, read_bundle, timeouts};
use crate::chain::chain;
use crate::format::Patience;
use crate::s3::S3Reader;
use crate::settings::{
    ConfluentSettings, Converter, DeclaredSchema, ParquetSettings, RegistryAuth, RegistrySettings, Requests,
    S3Settings, Settings,
};
use crate::sink::InvocationError;
use aws_sdk_glue::config::{BehaviorVersion, Region, StalledStreamProtectionConfig};
use aws_smithy_types::retry::RetryConfig;
use backon::{ExponentialBuilder, Sleeper};
use decoding::columns::{BytesDecoder, ColumnOptions, DecodeValues, TextDecoder, UnusableSchema, declared};
use schema::{
    AnyRegistry, Confluent, Credentials, Fetched, Glue, Registry, RegistryError, SchemaId, Schemas, Version,
};
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OnceCell};

/// Pause before a registry is asked again; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// Who tells the schemas of a function's values.
#[derive(Debug)]
pub(super) enum Source {
    /// A registry.
    Registry {
        registry: LazyRegistry,
        /// What it told, for the life of the environment.
        schemas: Schemas,
        requests: Requests,
    },
    /// Each value brings its own.
    Envelope,
    /// One for all, declared.
    Declared { schema: DeclaredSchema, reader: Box<S3Reader>, text: OnceCell<String> },
    /// There is nothing to tell of text.
    Text,
    /// There is nothing to tell of bytes.
    Bytes,
}

impl Source {
    /// Builds the clients; does not connect.
    pub(super) fn new(settings: &Settings<ParquetSettings>) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(match &settings.format.converter {
            Converter::Registry { registry, .. } => {
                let requests = match registry {
                    RegistrySettings::Confluent(confluent) => confluent.requests,
                    RegistrySettings::Glue { requests, .. } => *requests,
                };
                let registry = LazyRegistry::new(registry, &settings.s3)?;
                Self::Registry { registry, schemas: Schemas::default(), requests }
            }
            Converter::Envelope => Self::Envelope,
            Converter::Declared(schema) => Self::Declared {
                schema: schema.clone(),
                reader: Box::new(S3Reader::new(&settings.s3)?),
                text: OnceCell::new(),
            },
            Converter::Text => Self::Text,
            Converter::Bytes => Self::Bytes,
        })
    }

    /// Fetches what it takes to decode these values and is not known yet.
    pub(super) async fn schemas<Z>(
        &self,
        values: &Values<'_>,
        patience: &Patience<Z>,
    ) -> Result<Known, InvocationError>
    where
        Z: Sleeper<Sleep: Send> + Clone + Send + Sync,
    {
        match self {
            Self::Registry { registry, schemas, requests } => {
                let ids: BTreeSet<SchemaId> =
                    values.groups.iter().filter_map(|group| group.writer.schema()).collect();
                let backoff = ExponentialBuilder::new()
                    .with_jitter()
                    .with_factor(2.0)
                    .with_min_delay(FIRST_PAUSE)
                    .without_max_delay()
                    .with_max_times(requests.retries)
                    .with_total_delay(Some(patience.left));
                let retry = schema::Retry { backoff, sleeper: patience.sleeper.clone() };
                Ok(schemas.all(&ids, registry, &retry).await?)
            }
            Self::Declared { schema: DeclaredSchema::Object { bucket, key }, reader, text } => {
                let fetched = text.get_or_try_init(|| async {
                    reader.text(bucket, key).await.map_err(|message| InvocationError::Setting {
                        what: format!("s3://{bucket}/{key} of value.schema"),
                        message,
                    })
                });
                fetched.await.map(|_| Known::new())
            }
            Self::Declared { .. } | Self::Envelope | Self::Text | Self::Bytes => Ok(Known::new()),
        }
    }

    /// The decoder of all values, where they don't name their schemas.
    pub(super) fn only(&self, options: ColumnOptions) -> Result<Box<dyn DecodeValues>, UnusableSchema> {
        match self {
            Self::Declared { schema: DeclaredSchema::Text(text), .. } => declared(text, options),
            Self::Declared { text, .. } => {
                declared(text.get().expect("it was fetched before values are decoded"), options)
            }
            Self::Text => Ok(Box::new(TextDecoder::new())),
            Self::Bytes => Ok(Box::new(BytesDecoder::new())),
            Self::Registry { .. } | Self::Envelope => unreachable!("these values name their schemas"),
        }
    }
}

impl WriterRef<'_> {
    fn schema(&self) -> Option<SchemaId> {
        match self {
            Self::Registered(id, _) => Some(*id),
            Self::Enveloped(_) | Self::Only => None,
        }
    }
}

/// A registry that may need a secret before it can be asked.
#[derive(Debug)]
pub(super) enum LazyRegistry {
    Ready(AnyRegistry),
    Secret {
        secret: Secret,
        settings: Box<ConfluentSettings>,
        roots: Vec<Vec<u8>>,
        /// Made when it is first needed, and again where it was refused: secrets rotate.
        made: Mutex<Option<Arc<Confluent>>>,
    },
}

impl LazyRegistry {
    pub(super) fn new(
        settings: &RegistrySettings,
        s3: &S3Settings,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        match settings {
            RegistrySettings::Glue { endpoint, requests } => {
                Ok(Self::Ready(AnyRegistry::Glue(glue(s3, endpoint.as_deref(), *requests)?)))
            }
            RegistrySettings::Confluent(settings) => {
                let settings = settings.clone();
                let roots = roots(&settings, s3)?;
                let credentials = match &settings.auth {
                    RegistryAuth::Url => Credentials::None,
                    RegistryAuth::Basic { user, password } => {
                        Credentials::Basic { user: user.clone(), password: password.clone() }
                    }
                    RegistryAuth::Bearer(token) => Credentials::Bearer(token.clone()),
                    RegistryAuth::Secret { arn } => {
                        let (endpoint, requests) = (settings.secrets_endpoint.as_deref(), settings.requests);
                        let secret =
                            Secret::new(arn.clone(), s3, endpoint, requests.timeout, requests.retries)?;
                        return Ok(Self::Secret {
                            secret,
                            settings: Box::new(settings),
                            roots,
                            made: Mutex::default(),
                        });
                    }
                };
                Ok(Self::Ready(AnyRegistry::Confluent(Box::new(confluent(&settings, roots, credentials)?))))
            }
        }
    }
}

impl LazyRegistry {
    /// The id of a version of a subject; none where the registry says that there is no such version.
    pub(super) async fn id_of(
        &self,
        subject: &str,
        version: Version,
    ) -> Result<Option<SchemaId>, RegistryError> {
        match self {
            Self::Ready(registry) => registry.id_of(subject, version).await,
            Self::Secret { secret, settings, roots, made } => {
                let what = format!("{subject} ({version})");
                ready(&what, secret, settings, roots, made).await?.id_of(subject, version).await
            }
        }
    }
}

/// The registry with its secret, which is fetched where it is needed for the first time.
async fn ready(
    what: impl Display,
    secret: &Secret,
    settings: &ConfluentSettings,
    roots: &[Vec<u8>],
    made: &Mutex<Option<Arc<Confluent>>>,
) -> Result<Arc<Confluent>, RegistryError> {
    let mut made = made.lock().await;
    if let Some(registry) = &*made {
        return Ok(Arc::clone(registry));
    }
    let credentials = secret.fetch().await;
    let registry = credentials.and_then(|credentials| {
        confluent(settings, roots.to_vec(), credentials).map_err(|error| chain(&error).to_string())
    });
    let registry = registry.map_err(|message| secret_error(what, settings, message))?;
    Ok(Arc::clone(made.insert(Arc::new(registry))))
}

impl Registry for LazyRegistry {
    async fn fetch(&self, id: SchemaId) -> Result<Fetched, RegistryError> {
        match self {
            Self::Ready(registry) => registry.fetch(id).await,
            Self::Secret { secret, settings, roots, made } => {
                let registry = ready(id, secret, settings, roots, made).await?;
                let fetched = registry.fetch(id).await;
                if matches!(&fetched, Err(error) if !error.is_transient) {
                    *made.lock().await = None;
                }
                fetched
            }
        }
    }
}

/// A registry can't be asked for want of a secret; Secrets Manager's own client has tried again already.
fn secret_error(id: impl Display, settings: &ConfluentSettings, message: String) -> RegistryError {
    let urls: Vec<String> = settings.urls.iter().map(|url| format!("{url:?}")).collect();
    RegistryError {
        id: id.to_string(),
        registry: urls.join(", "),
        message,
        is_transient: false,
        source: None,
    }
}

fn confluent(
    settings: &ConfluentSettings,
    roots: Vec<Vec<u8>>,
    credentials: Credentials,
) -> Result<Confluent, schema::ConfluentError> {
    Confluent::new(&schema::ConfluentSettings {
        urls: settings.urls.clone(),
        credentials,
        roots,
        proxy: None,
        connect_timeout: settings.requests.timeout,
        request_timeout: settings.requests.timeout,
    })
}

/// What a registry is trusted by: the settings' file alone; else the files that AWS's clients are told of; else the
/// machine's.
fn roots(settings: &ConfluentSettings, s3: &S3Settings) -> Result<Vec<Vec<u8>>, ClientError> {
    if !settings.urls.iter().any(|url| url.0.starts_with("https://")) {
        return Ok(Vec::new());
    }
    let files: Vec<&PathBuf> = match &settings.truststore {
        Some(file) => vec![file],
        None => s3.ca_bundles.iter().collect(),
    };
    if !files.is_empty() {
        return files.into_iter().map(|file| read_bundle(file)).collect();
    }
    let native = rustls_native_certs::load_native_certs().certs;
    let to_pem = |certificate: &rustls_pki_types::CertificateDer<'_>| {
        let text = base64_simd::STANDARD.encode_to_string(certificate);
        format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
    };
    Ok(vec![native.iter().map(to_pem).collect::<String>().into_bytes()])
}

fn glue(s3: &S3Settings, endpoint: Option<&str>, requests: Requests) -> Result<Glue, ClientError> {
    let mut config = aws_sdk_glue::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(s3.region.clone()))
        .credentials_provider(s3.credentials.clone())
        .http_client(http_client(&s3.ca_bundles, &s3.region, &[endpoint])?)
        .timeout_config(timeouts(requests.timeout))
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    config.set_endpoint_url(endpoint.map(str::to_owned));
    let place = endpoint.map_or_else(|| format!("Glue in {}", s3.region), str::to_owned);
    Ok(Glue::new(aws_sdk_glue::Client::from_conf(config.build()), place))
}
