//! Security as librdkafka's properties, without a broker.

use super::{Mechanism, Sasl, Secret, Security, TlsClient};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----\n";
const ENCRYPTED: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMA==\n-----END ENCRYPTED PRIVATE KEY-----\n";

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("ca.pem", CERTIFICATE), ("cert.pem", CERTIFICATE), ("key.pem", KEY)] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        fs::write(folder.path().join("locked.pem"), ENCRYPTED).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What comes of it, with the folder's path left out.
    fn properties(&self, security: &Security) -> Result<Vec<String>, String> {
        let short = |text: String| text.replace(&format!("{}/", self.0.path().display()), "");
        let properties = security.properties().map_err(|error| short(pipeline::chain(&error).to_string()))?;
        Ok(properties.into_iter().map(|(name, value)| short(format!("{name}={value}"))).collect())
    }
}

#[track_caller]
fn check(folder: &Folder, security: &Security, expected: &[&str]) {
    assert_eq!(folder.properties(security).unwrap(), expected);
}

#[track_caller]
fn refused(folder: &Folder, security: &Security, expected: &str) {
    assert_eq!(folder.properties(security).unwrap_err(), expected);
}

fn sasl(mechanism: Mechanism) -> Sasl {
    Sasl { mechanism, username: "anna".to_owned(), password: Secret::new("pass word") }
}

fn by_certificate(folder: &Folder, [certificate, key]: [&str; 2], key_password: Option<Secret>) -> Security {
    let client =
        TlsClient::Certificate { certificate: folder.file(certificate), key: folder.file(key), key_password };
    Security::Tls { root_certificate: None, client }
}

#[test]
fn each_way_in_has_its_properties() {
    let folder = Folder::new();
    check(&folder, &Security::Plaintext, &["security.protocol=plaintext"]);
    check(
        &folder,
        &Security::SaslPlaintext(sasl(Mechanism::ScramSha256)),
        &[
            "sasl.mechanisms=SCRAM-SHA-256",
            "sasl.password=pass word",
            "sasl.username=anna",
            "security.protocol=sasl_plaintext",
        ],
    );
    let root_certificate = Some(folder.file("ca.pem"));
    check(
        &folder,
        &Security::Tls { root_certificate: root_certificate.clone(), client: TlsClient::Anonymous },
        &["security.protocol=ssl", "ssl.ca.location=ca.pem"],
    );
    check(
        &folder,
        &Security::Tls { root_certificate, client: TlsClient::Sasl(sasl(Mechanism::Plain)) },
        &[
            "sasl.mechanisms=PLAIN",
            "sasl.password=pass word",
            "sasl.username=anna",
            "security.protocol=sasl_ssl",
            "ssl.ca.location=ca.pem",
        ],
    );
    check(
        &folder,
        &by_certificate(&folder, ["cert.pem", "locked.pem"], Some(Secret::new("s"))),
        &[
            "security.protocol=ssl",
            "ssl.certificate.location=cert.pem",
            "ssl.key.location=locked.pem",
            "ssl.key.password=s",
        ],
    );
}

#[test]
fn a_file_that_is_not_what_it_should_be_is_named() {
    let folder = Folder::new();
    let missing = "cannot read no.pem: No such file or directory (os error 2)";
    refused(&folder, &by_certificate(&folder, ["no.pem", "key.pem"], None), missing);
    refused(
        &folder,
        &by_certificate(&folder, ["key.pem", "key.pem"], None),
        "key.pem holds no certificate in PEM",
    );
    refused(
        &folder,
        &by_certificate(&folder, ["cert.pem", "cert.pem"], None),
        "cert.pem holds no private key in PEM",
    );
    refused(
        &folder,
        &by_certificate(&folder, ["cert.pem", "locked.pem"], None),
        "the private key in locked.pem is encrypted: its password is needed",
    );
}

#[test]
fn a_password_is_the_line_of_its_file() {
    let folder = Folder::new();
    let path = folder.file("password");
    for (text, password) in [("a b", "a b"), ("a\n", "a"), ("a\r\n", "a"), (" a ", " a ")] {
        fs::write(&path, text).unwrap();
        assert_eq!(Secret::read(&path).unwrap(), Secret::new(password), "{text:?}");
    }
    for text in ["", "\n", "a\nb\n", "a\0"] {
        fs::write(&path, text).unwrap();
        let error = Secret::read(&path).unwrap_err().to_string();
        assert!(error.ends_with("/password does not hold one line with a password"), "{error}");
    }
}

#[test]
fn a_password_is_not_shown() {
    let shown = format!("{:?}", Security::SaslPlaintext(sasl(Mechanism::Plain)));
    assert!(shown.contains("anna") && !shown.contains("pass word"), "{shown}");
}
