//! Whom a client trusts, and what is said where that cannot be told.

use crate::settings::settings;
use pipeline::chain;
use pipeline::s3::S3Store;
use std::fs;

/// Asserts what becomes of a client that trusts this file.
#[track_caller]
fn check(path: &str, expected: Result<(), &str>) {
    let built = S3Store::new(settings(&[("AWS_CA_BUNDLE", path)]).s3);
    let told = built.map(drop).map_err(|error| chain(&error).to_string());
    assert_eq!(told.as_ref().map_err(String::as_str).copied(), expected);
}

#[test]
fn a_bundle_of_certificates_is_taken() {
    check(concat!(env!("CARGO_MANIFEST_DIR"), "/src/aws/amazon-roots.pem"), Ok(()));
}

#[test]
fn a_bundle_that_cannot_be_read_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("none.pem");
    let path = path.to_str().expect("UTF-8");
    check(
        path,
        Err(&format!(
            "{path:?}, which AWS_CA_BUNDLE or SSL_CERT_FILE names, cannot be read: No such file or directory (os error 2)"
        )),
    );
}

#[test]
fn a_bundle_without_certificates_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("bundle.pem");
    let path_text = path.to_str().expect("UTF-8");
    let garbled = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    for text in ["", "not PEM", garbled, key, "-----BEGIN CERTIFICATE-----\n!\n"] {
        fs::write(&path, text).expect("a file");
        check(
            path_text,
            Err(&format!(
                "{path_text:?}, which AWS_CA_BUNDLE or SSL_CERT_FILE names, is not certificates in PEM"
            )),
        );
    }
}

#[test]
fn where_nothing_is_encrypted_nobody_asks_for_certificates() {
    let vars = [("AWS_CA_BUNDLE", "/nowhere.pem"), ("STORE_URL", "http://127.0.0.1:9000")];
    assert!(S3Store::new(settings(&vars).s3).is_ok());
    // Unless a role is to be assumed where something is.
    let role = [("S3_ROLE_ARN", "arn:aws:iam::123456789012:role/writer")];
    assert!(S3Store::new(settings(&[&vars[..], &role].concat()).s3).is_err());
}
