//! Which certificates a registry is trusted by.

use super::ConfluentError;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// TLS with ring and these roots, and nothing of the machine's.
pub(super) fn tls(roots: &[Vec<u8>]) -> Result<ClientConfig, ConfluentError> {
    let mut trusted = RootCertStore::empty();
    for pem in roots {
        let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
        let certificates = certificates.map_err(|_| ConfluentError::Roots)?;
        // A machine's bundle may hold one that is too odd to be parsed; a text of which nothing can be is a mistake.
        if trusted.add_parsable_certificates(certificates).0 == 0 {
            return Err(ConfluentError::Roots);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = versions.map_err(|error| ConfluentError::Client(Box::new(error)))?;
    Ok(config.with_root_certificates(trusted).with_no_client_auth())
}
