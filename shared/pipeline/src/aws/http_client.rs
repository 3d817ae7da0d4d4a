//! The HTTP client beneath the AWS clients.

use super::trust::trust_store;
use aws_smithy_http_client::tls::{Provider, TlsContext, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::timeout::TimeoutConfig;
use std::path::PathBuf;
use std::time::Duration;

/// A server that doesn't even accept the connection within this time is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A client could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The file of `AWS_CA_BUNDLE`, or of `SSL_CERT_FILE`, cannot be read.
    #[error("{path:?}, which AWS_CA_BUNDLE or SSL_CERT_FILE names, cannot be read")]
    CaBundle {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file of `AWS_CA_BUNDLE`, or of `SSL_CERT_FILE`, holds no certificate, or one that cannot be read.
    #[error("{path:?}, which AWS_CA_BUNDLE or SSL_CERT_FILE names, is not certificates in PEM")]
    NoCertificates {
        /// The file.
        path: PathBuf,
    },
    /// The TLS stack refuses its set-up.
    #[error("TLS could not be set up")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A client for these endpoints of a region, none of them AWS's own; `bundles` are files of certificates to trust.
///
/// Without TLS where no endpoint needs it, since setting it up takes time.
pub(crate) fn http_client(
    bundles: &[PathBuf],
    region: &str,
    endpoints: &[Option<&str>],
) -> Result<SharedHttpClient, ClientError> {
    let builder = aws_smithy_http_client::Builder::new();
    if endpoints.iter().all(|endpoint| endpoint.is_some_and(|url| url.starts_with("http://"))) {
        return Ok(builder.build_http());
    }
    let context = TlsContext::builder()
        .with_trust_store(trust_store(bundles, region, endpoints)?)
        .build()
        .map_err(|error| ClientError::Tls(Box::new(error)))?;
    Ok(builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(context).build_https())
}

pub(crate) fn timeouts(attempt: Duration) -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).operation_attempt_timeout(attempt).build()
}
