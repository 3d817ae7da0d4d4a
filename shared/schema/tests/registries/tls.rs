//! Registries over TLS.

use crate::server::{Answer, Server};
use crate::{ask, doc, failure, settings};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use schema::Confluent;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut certificate = CertificateParams::default();
    certificate.distinguished_name.push(DnType::CommonName, name);
    certificate.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    certificate.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    CertifiedIssuer::self_signed(certificate, KeyPair::generate().unwrap()).unwrap()
}

/// TLS with a certificate for a host.
fn acceptor(authority: &Authority, host: &str) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([host.to_owned()]).unwrap().signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// What becomes of asking a server for this host while trusting these authorities.
async fn outcome(host: &str, signer: &Authority, trusted: &[&Authority]) -> Result<String, (String, bool)> {
    let server = Server::listen(Some(acceptor(signer, host)), |_| Answer::schema("safe")).await;
    let mut settings = settings(&[&server.url]);
    settings.roots = trusted.iter().map(|authority| authority.pem().into_bytes()).collect();
    let result = ask(&Confluent::new(&settings).unwrap()).await;
    if result.is_ok() {
        return Ok(doc(result));
    }
    let (message, is_transient) = failure(result);
    Err((message.replace(&server.url, "URL"), is_transient))
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted() {
    let (own, other) = (authority("own"), authority("other"));
    assert_eq!(outcome("127.0.0.1", &own, &[&own]).await, Ok("safe".to_owned()));
    assert_eq!(outcome("127.0.0.1", &own, &[&other, &own]).await, Ok("safe".to_owned()));
}

#[tokio::test]
async fn an_authority_of_others_is_not_trusted_next_time_either() {
    let (own, other) = (authority("own"), authority("other"));
    for (host, signer, cause) in [("127.0.0.1", &other, "UnknownIssuer"), ("127.0.0.2", &own, "")] {
        let (message, is_transient) = outcome(host, signer, &[&own]).await.unwrap_err();
        let start = "schema 7 could not be fetched from URL: its certificate is not trusted: invalid peer certificate: ";
        assert!(message.starts_with(&format!("{start}{cause}")), "{message}");
        assert!(!is_transient);
    }
}

#[tokio::test]
async fn a_server_without_tls_where_there_should_be_one_is_no_registry() {
    let server = Server::saying(Answer::schema("plain")).await;
    let mut settings = settings(&[&server.url.replace("http://", "https://")]);
    settings.roots = vec![authority("own").pem().into_bytes()];
    let (message, is_transient) = failure(ask(&Confluent::new(&settings).unwrap()).await);
    assert!(message.contains("it cannot be reached: "), "{message}");
    assert!(is_transient);
}

#[test]
fn what_is_no_certificate_is_refused() {
    let authority = authority("own");
    let key = KeyPair::generate().unwrap().serialize_pem();
    let garbled = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned();
    for text in [String::new(), "no PEM".to_owned(), key, garbled] {
        let mut settings = settings(&["https://registry:8081"]);
        settings.roots = vec![authority.pem().into_bytes(), text.into_bytes()];
        let message = Confluent::new(&settings).unwrap_err().to_string();
        assert_eq!(message, "what is given as certificates of authorities is not certificates in PEM");
    }
}
