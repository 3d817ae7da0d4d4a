//! Certificates of an authority of our own, as files.

use crate::tools;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// What `Certificates::locked_key` is encrypted with.
pub const KEY_PASSWORD: &str = "öpen sesame";

/// Encrypts a private key: rcgen cannot.
const LOCK: &str = r#"
import sys
from cryptography.hazmat.primitives import serialization as s
key = s.load_pem_private_key(open(sys.argv[1], "rb").read(), None)
locked = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.BestAvailableEncryption(sys.argv[3].encode()))
open(sys.argv[2], "wb").write(locked)
"#;

/// An authority, a server that it vouches for, and a client that it vouches for; gone when dropped.
#[derive(Debug)]
pub struct Certificates {
    folder: TempDir,
}

impl Certificates {
    /// Makes new ones. The server is 127.0.0.1 alone: `localhost` is another host.
    ///
    /// # Panics
    ///
    /// When files cannot be written.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let made = Self { folder };
        let authority = authority();
        made.write("authority.pem", &authority.pem());
        let server = CertificateParams::new([Ipv4Addr::LOCALHOST.to_string()]).expect("loopback has a name");
        let (certificate, key) = signed(server, &authority);
        made.write("server.pem", &format!("{key}{certificate}"));
        let mut client = CertificateParams::default();
        client.distinguished_name.push(DnType::CommonName, "landfall");
        let (certificate, key) = signed(client, &authority);
        made.write("client.pem", &certificate);
        made.write("client-key.pem", &key);
        made
    }

    /// Whom to trust.
    pub fn authority(&self) -> PathBuf {
        self.file("authority.pem")
    }

    /// The server's key, and its certificate behind it: what Kafka takes for a key store.
    pub fn server(&self) -> PathBuf {
        self.file("server.pem")
    }

    /// The client's certificate.
    pub fn client(&self) -> PathBuf {
        self.file("client.pem")
    }

    /// The client's key.
    pub fn client_key(&self) -> PathBuf {
        self.file("client-key.pem")
    }

    /// The client's key, encrypted with [`KEY_PASSWORD`].
    ///
    /// # Panics
    ///
    /// When the Python of the tests cannot do it.
    pub fn locked_client_key(&self) -> PathBuf {
        let locked = self.file("locked-client-key.pem");
        let output = Command::new(tools::peers())
            .args(["-c", LOCK])
            .args([&self.client_key(), &locked])
            .arg(KEY_PASSWORD)
            .output()
            .expect("Python can be started");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        locked
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(Path::new(&self.file(name)), text).expect("a file can be written");
    }
}

impl Default for Certificates {
    fn default() -> Self {
        Self::new()
    }
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut certificate = CertificateParams::default();
    certificate.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    certificate.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    certificate.distinguished_name.push(DnType::CommonName, "the authority of the tests");
    CertifiedIssuer::self_signed(certificate, key()).expect("an authority can sign itself")
}

/// A certificate and its key, in PEM.
fn signed(certificate: CertificateParams, authority: &CertifiedIssuer<'_, KeyPair>) -> (String, String) {
    let key = key();
    let certificate = certificate.signed_by(&key, authority).expect("an authority can sign");
    (certificate.pem(), key.serialize_pem())
}

/// A key for ECDSA on P-256.
fn key() -> KeyPair {
    KeyPair::generate().expect("the system has random numbers")
}
