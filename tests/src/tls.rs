//! TLS in front of a server that speaks none, under a certificate authority of its own.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A TLS listener on loopback that passes what it decrypts to a server; ends when dropped.
#[derive(Debug)]
pub struct TlsFront {
    address: SocketAddr,
    authority: String,
    listener: JoinHandle<()>,
}

impl TlsFront {
    /// Starts in front of the server at `upstream`, an `http` URL of loopback.
    pub async fn start(upstream: &str) -> Self {
        let upstream =
            upstream.trim_start_matches("http://").parse().expect("the real server's URL has an address");
        let authority = authority();
        let acceptor = TlsAcceptor::from(Arc::new(server_config(&authority)));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has free ports");
        let address = listener.local_addr().expect("a listener has an address");
        let listener = tokio::spawn(serve(listener, acceptor, upstream));
        Self { address, authority: authority.pem(), listener }
    }

    /// Its URL.
    pub fn endpoint(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The certificate that its own is signed by, in PEM: what a client must trust.
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut certificate = CertificateParams::default();
    certificate.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    certificate.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    CertifiedIssuer::self_signed(certificate, key()).expect("an authority can sign itself")
}

/// A key for ECDSA on P-256.
fn key() -> KeyPair {
    KeyPair::generate().expect("the system has random numbers")
}

fn server_config(authority: &CertifiedIssuer<'_, KeyPair>) -> ServerConfig {
    let key = key();
    let certificate = CertificateParams::new([Ipv4Addr::LOCALHOST.to_string()])
        .and_then(|certificate| certificate.signed_by(&key, authority))
        .expect("an authority can sign a certificate for loopback");
    // TLS 1.3, as S3 speaks it. No ALPN: the server behind speaks HTTP/1.1, as S3 does.
    ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .expect("the certificate is for this key")
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, upstream: SocketAddr) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        // A connection that breaks is the client's to report, who sees it too.
        connections.spawn(async move { pass(client, &acceptor, upstream).await });
        while connections.try_join_next().is_some() {}
    }
}

async fn pass(client: TcpStream, acceptor: &TlsAcceptor, upstream: SocketAddr) -> io::Result<()> {
    let mut server = TcpStream::connect(upstream).await?;
    // Waiting to fill packets would add 40 ms to some.
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let mut client = acceptor.accept(client).await?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}
