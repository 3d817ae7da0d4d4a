//! How a client knows the brokers, and how they know it.

mod error;
mod secret;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub use error::SecurityError;
pub use secret::Secret;

/// What stands between a client and the brokers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Security {
    /// Nothing: no encryption, no names.
    #[default]
    Plaintext,
    /// A user and a password that anybody on the way can read.
    SaslPlaintext(Sasl),
    /// TLS, perhaps with a user and a password.
    Tls {
        /// Who signs the brokers' certificates, in PEM; none for those whom the system trusts:
        /// `SERVER_ROOT_CA_CERTIFICATE`.
        root_certificate: Option<PathBuf>,
        /// Who the client is.
        client: TlsClient,
    },
}

/// Who a client is to brokers that speak TLS.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TlsClient {
    /// Nobody.
    #[default]
    Anonymous,
    /// A user with a password.
    Sasl(Sasl),
    /// Whom its certificate names: `CLIENT_CERTIFICATE_TLS_AUTH`.
    Certificate {
        /// The certificate and those that it is signed by, in PEM.
        certificate: PathBuf,
        /// Its private key, in PEM.
        key: PathBuf,
        /// What the key is encrypted with.
        key_password: Option<Secret>,
    },
}

/// A user with a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sasl {
    /// How the password is shown.
    pub mechanism: Mechanism,
    /// The user.
    pub username: String,
    /// The password.
    pub password: Secret,
}

/// How a password is shown to the brokers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// As it is: `BASIC_AUTH`.
    Plain,
    /// `SASL_SCRAM_256_AUTH`.
    ScramSha256,
    /// `SASL_SCRAM_512_AUTH`.
    ScramSha512,
}

impl Security {
    /// The properties of librdkafka that say the same.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or holds no PEM: librdkafka would say so in the words of OpenSSL.
    pub fn properties(&self) -> Result<BTreeMap<String, String>, SecurityError> {
        let mut properties = Properties::default();
        match self {
            Self::Plaintext => properties.set("security.protocol", "plaintext"),
            Self::SaslPlaintext(sasl) => {
                properties.set("security.protocol", "sasl_plaintext");
                properties.sign_in(sasl);
            }
            Self::Tls { root_certificate, client } => {
                let protocol = if matches!(client, TlsClient::Sasl(_)) { "sasl_ssl" } else { "ssl" };
                properties.set("security.protocol", protocol);
                if let Some(path) = root_certificate {
                    properties.pem("ssl.ca.location", path, Pem::Certificate)?;
                }
                match client {
                    TlsClient::Anonymous => {}
                    TlsClient::Sasl(sasl) => properties.sign_in(sasl),
                    TlsClient::Certificate { certificate, key, key_password } => {
                        properties.pem("ssl.certificate.location", certificate, Pem::Certificate)?;
                        properties.pem("ssl.key.location", key, Pem::PrivateKey)?;
                        properties.unlock(key, key_password.as_ref())?;
                    }
                }
            }
        }
        Ok(properties.0)
    }
}

impl Mechanism {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha512 => "SCRAM-SHA-512",
        }
    }
}

/// What a PEM file is to hold.
#[derive(Debug, Clone, Copy)]
enum Pem {
    Certificate,
    PrivateKey,
}

impl Pem {
    fn noun(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::PrivateKey => "private key",
        }
    }

    fn is_in(self, text: &str) -> bool {
        // A key's kind may stand before: `BEGIN ENCRYPTED PRIVATE KEY`, `BEGIN EC PRIVATE KEY`.
        let end = match self {
            Self::Certificate => "CERTIFICATE-----",
            Self::PrivateKey => "PRIVATE KEY-----",
        };
        text.lines().any(|line| line.starts_with("-----BEGIN ") && line.trim_end().ends_with(end))
    }
}

#[derive(Debug, Default)]
struct Properties(BTreeMap<String, String>);

impl Properties {
    fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    fn sign_in(&mut self, sasl: &Sasl) {
        self.set("sasl.mechanisms", sasl.mechanism.name());
        self.set("sasl.username", &sasl.username);
        self.set("sasl.password", sasl.password.reveal());
    }

    fn pem(&mut self, name: &str, path: &Path, pem: Pem) -> Result<(), SecurityError> {
        let text = read(path)?;
        if !pem.is_in(&text) {
            return Err(SecurityError::NoPem { path: path.to_owned(), expected: pem.noun() });
        }
        let Some(location) = path.to_str() else {
            return Err(SecurityError::PathIsNoText { path: path.to_owned() });
        };
        self.set(name, location);
        Ok(())
    }

    /// Asked here, because OpenSSL would ask the terminal for a password that is missing.
    fn unlock(&mut self, key: &Path, password: Option<&Secret>) -> Result<(), SecurityError> {
        match password {
            Some(password) => self.set("ssl.key.password", password.reveal()),
            None if is_encrypted(&read(key)?) => {
                return Err(SecurityError::KeyIsEncrypted { path: key.to_owned() });
            }
            None => {}
        }
        Ok(())
    }
}

/// PKCS#8 says so in the first line, the older forms in a header.
fn is_encrypted(key: &str) -> bool {
    key.contains("BEGIN ENCRYPTED PRIVATE KEY") || key.contains("Proc-Type: 4,ENCRYPTED")
}

fn read(path: &Path) -> Result<String, SecurityError> {
    let bytes =
        fs::read(path).map_err(|source| SecurityError::Unreadable { path: path.to_owned(), source })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
