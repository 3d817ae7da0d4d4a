//! Which certificates a TLS server is trusted by.

use super::ClientError;
use aws_smithy_http_client::tls::TrustStore;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use std::path::{Path, PathBuf};

/// The roots of AWS's own endpoints: <https://www.amazontrust.com/repository/>.
///
/// Compiled in, because reading and parsing all of a machine's roots takes longer than the first PUT.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// These files alone where there are any; else Amazon's roots for Amazon's endpoints, the machine's for others.
pub(super) fn trust_store(
    bundles: &[PathBuf],
    region: &str,
    endpoints: &[Option<&str>],
) -> Result<TrustStore, ClientError> {
    if !bundles.is_empty() {
        let mut trusted = TrustStore::empty();
        for path in bundles {
            trusted.add_pem_certificate(read_bundle(path)?);
        }
        return Ok(trusted);
    }
    // China's endpoints have certificates of other authorities.
    let is_amazon = |endpoint: &Option<&str>| match endpoint {
        None => !region.starts_with("cn-"),
        Some(url) => url
            .parse::<http::Uri>()
            .is_ok_and(|uri| uri.host().is_some_and(|host| host.ends_with(".amazonaws.com"))),
    };
    if endpoints.iter().all(is_amazon) {
        return Ok(TrustStore::empty().with_pem_certificate(AMAZON_ROOTS));
    }
    Ok(TrustStore::empty().with_native_roots(true))
}

/// Reads a file of certificates.
pub(crate) fn read_bundle(path: &Path) -> Result<Vec<u8>, ClientError> {
    let path = || path.to_owned();
    let pem = std::fs::read(path()).map_err(|source| ClientError::CaBundle { path: path(), source })?;
    if are_certificates(&pem) { Ok(pem) } else { Err(ClientError::NoCertificates { path: path() }) }
}

/// Whether a text is one or more certificates; the HTTP client would panic at its first request otherwise.
fn are_certificates(pem: &[u8]) -> bool {
    let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    certificates.is_ok_and(|certificates| {
        !certificates.is_empty() && certificates.iter().all(|it| webpki::anchor_from_trusted_cert(it).is_ok())
    })
}
