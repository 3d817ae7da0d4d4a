//! A Kafka as arguments.

use super::function::property;
use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use local::kafka::{Mechanism, Sasl, Secret, Security, TlsClient};
use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

/// The password of `--sasl-username`, where no file has it. No argument: everybody may read those with `ps`.
const SASL_PASSWORD: &str = "LANDFALL_SASL_PASSWORD";

/// The password of `--client-key`, where no file has it.
const CLIENT_KEY_PASSWORD: &str = "LANDFALL_CLIENT_KEY_PASSWORD";

/// What the subcommands that talk to a Kafka have in common.
#[derive(Args, Default)]
#[command(next_help_heading = "Kafka")]
pub(crate) struct KafkaArguments {
    /// Brokers to ask first, as host:port, separated by commas
    #[arg(long, value_name = "SERVERS")]
    pub(crate) bootstrap_server: Option<String>,

    /// How to say who we are; the names are those of an event source mapping's SourceAccessConfigurations
    #[arg(long, value_enum, value_name = "TYPE")]
    pub(crate) authentication: Option<Authentication>,

    /// The user of BASIC_AUTH, SASL_SCRAM_256_AUTH and SASL_SCRAM_512_AUTH
    #[arg(long, value_name = "NAME", env = "LANDFALL_SASL_USERNAME")]
    sasl_username: Option<String>,

    /// A file with the user's password; or else LANDFALL_SASL_PASSWORD has it
    #[arg(long, value_name = "FILE")]
    sasl_password_file: Option<PathBuf>,

    /// SERVER_ROOT_CA_CERTIFICATE: a file in PEM with the certificates that the brokers' are signed by; otherwise
    /// those count that the system trusts
    #[arg(long, value_name = "FILE")]
    server_root_ca_certificate: Option<PathBuf>,

    /// The certificate of CLIENT_CERTIFICATE_TLS_AUTH, in PEM
    #[arg(long, value_name = "FILE")]
    client_certificate: Option<PathBuf>,

    /// The private key of --client-certificate, in PEM
    #[arg(long, value_name = "FILE")]
    client_key: Option<PathBuf>,

    /// A file with the password of an encrypted --client-key; or else LANDFALL_CLIENT_KEY_PASSWORD has it
    #[arg(long, value_name = "FILE")]
    client_key_password_file: Option<PathBuf>,

    /// TLS or PLAINTEXT [default: TLS if any of the above is given, as for a mapping]
    #[arg(long, value_enum, value_name = "TRANSPORT")]
    transport: Option<Transport>,

    /// A property of Kafka's client (librdkafka), such as fetch.max.bytes=1000000
    #[arg(short = 'X', value_name = "PROPERTY=VALUE", value_parser = property)]
    properties: Vec<(String, String)>,
}

/// How a client says who it is, in the words of an event source mapping.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_SourceAccessConfiguration.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Authentication {
    /// SASL/PLAIN: a user and a password
    #[value(name = "BASIC_AUTH")]
    Basic,
    /// SASL/SCRAM with SHA-256: a user and a password
    #[value(name = "SASL_SCRAM_256_AUTH")]
    Scram256,
    /// SASL/SCRAM with SHA-512: a user and a password
    #[value(name = "SASL_SCRAM_512_AUTH")]
    Scram512,
    /// A client certificate
    #[value(name = "CLIENT_CERTIFICATE_TLS_AUTH")]
    ClientCertificate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Transport {
    /// Encrypted
    #[value(name = "TLS")]
    Tls,
    /// Not encrypted, and so are passwords of BASIC_AUTH
    #[value(name = "PLAINTEXT")]
    Plaintext,
}

impl KafkaArguments {
    /// What the arguments say to librdkafka, but for the brokers.
    pub(crate) fn properties(&self) -> anyhow::Result<BTreeMap<String, String>> {
        let mut properties = self.security()?.properties().context("cannot say who we are to Kafka")?;
        properties.extend(self.properties.iter().cloned());
        Ok(properties)
    }

    fn security(&self) -> anyhow::Result<Security> {
        let sasl = self.sasl()?;
        let certificate = self.certificate()?;
        let is_plaintext = match self.transport {
            Some(transport) => transport == Transport::Plaintext,
            None => sasl.is_none() && certificate.is_none() && self.server_root_ca_certificate.is_none(),
        };
        if is_plaintext {
            if self.server_root_ca_certificate.is_some() || certificate.is_some() {
                bail!("certificates are of no use with --transport PLAINTEXT");
            }
            return Ok(sasl.map_or(Security::Plaintext, Security::SaslPlaintext));
        }
        let client = match (sasl, certificate) {
            (Some(sasl), _) => TlsClient::Sasl(sasl),
            (None, Some(certificate)) => certificate,
            (None, None) => TlsClient::Anonymous,
        };
        Ok(Security::Tls { root_certificate: self.server_root_ca_certificate.clone(), client })
    }

    fn sasl(&self) -> anyhow::Result<Option<Sasl>> {
        let mechanism = match self.authentication {
            Some(Authentication::Basic) => Mechanism::Plain,
            Some(Authentication::Scram256) => Mechanism::ScramSha256,
            Some(Authentication::Scram512) => Mechanism::ScramSha512,
            Some(Authentication::ClientCertificate) | None => {
                if self.sasl_username.is_some() || self.sasl_password_file.is_some() {
                    bail!(
                        "--sasl-username needs --authentication BASIC_AUTH, SASL_SCRAM_256_AUTH or SASL_SCRAM_512_AUTH"
                    );
                }
                return Ok(None);
            }
        };
        let Some(username) = self.sasl_username.clone().filter(|username| !username.is_empty()) else {
            bail!("this --authentication needs --sasl-username");
        };
        let Some(password) = secret(self.sasl_password_file.as_deref(), SASL_PASSWORD)? else {
            bail!("--sasl-username needs --sasl-password-file, or {SASL_PASSWORD} in the environment");
        };
        Ok(Some(Sasl { mechanism, username, password }))
    }

    fn certificate(&self) -> anyhow::Result<Option<TlsClient>> {
        let is_asked_for = self.authentication == Some(Authentication::ClientCertificate);
        match (&self.client_certificate, &self.client_key) {
            (Some(_), _) | (_, Some(_)) if self.authentication.is_some() && !is_asked_for => {
                bail!(
                    "--client-certificate and --client-key need --authentication CLIENT_CERTIFICATE_TLS_AUTH"
                )
            }
            (Some(certificate), Some(key)) => Ok(Some(TlsClient::Certificate {
                certificate: certificate.clone(),
                key: key.clone(),
                key_password: secret(self.client_key_password_file.as_deref(), CLIENT_KEY_PASSWORD)?,
            })),
            (None, None) if !is_asked_for => {
                if self.client_key_password_file.is_some() {
                    bail!("--client-key-password-file needs --client-certificate and --client-key");
                }
                Ok(None)
            }
            _ => bail!("a client certificate needs both --client-certificate and --client-key"),
        }
    }
}

/// A secret out of a file, or else out of the environment.
fn secret(file: Option<&Path>, variable: &str) -> anyhow::Result<Option<Secret>> {
    match file {
        Some(path) => Ok(Some(Secret::read(path)?)),
        None => Ok(env::var(variable).ok().filter(|value| !value.is_empty()).map(Secret::new)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use std::fs;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        kafka: KafkaArguments,
    }

    fn security(arguments: &str) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("password"), "secret\n").unwrap();
        let password = folder.path().join("password").display().to_string();
        let line = arguments.split_whitespace().map(|word| word.replace("PASSWORD", &password));
        let line = Line::try_parse_from([String::from("landfall")].into_iter().chain(line)).unwrap();
        match line.kafka.security() {
            Ok(security) => Ok(format!("{security:?}")),
            Err(error) => Err(error.to_string()),
        }
    }

    #[track_caller]
    fn check(arguments: &str, expected: &str) {
        assert_eq!(security(arguments).unwrap(), expected, "{arguments}");
    }

    #[track_caller]
    fn refused(arguments: &str, expected: &str) {
        assert_eq!(security(arguments).unwrap_err(), expected, "{arguments}");
    }

    #[test]
    fn nothing_said_is_no_security() {
        check("", "Plaintext");
        check("--transport PLAINTEXT", "Plaintext");
    }

    #[test]
    fn what_a_mapping_has_over_tls_is_over_tls() {
        check("--transport TLS", "Tls { root_certificate: None, client: Anonymous }");
        check(
            "--server-root-ca-certificate ca.pem",
            r#"Tls { root_certificate: Some("ca.pem"), client: Anonymous }"#,
        );
        let sasl = |mechanism: &str| {
            format!("Sasl {{ mechanism: {mechanism}, username: \"anna\", password: Secret(…) }}")
        };
        for (name, mechanism) in [
            ("BASIC_AUTH", "Plain"),
            ("SASL_SCRAM_256_AUTH", "ScramSha256"),
            ("SASL_SCRAM_512_AUTH", "ScramSha512"),
        ] {
            let line = format!("--authentication {name} --sasl-username anna --sasl-password-file PASSWORD");
            let expected = format!("Tls {{ root_certificate: None, client: Sasl({}) }}", sasl(mechanism));
            check(&line, &expected);
            let expected = format!("SaslPlaintext({})", sasl(mechanism));
            check(&format!("{line} --transport PLAINTEXT"), &expected);
        }
        check(
            "--client-certificate c.pem --client-key k.pem",
            r#"Tls { root_certificate: None, client: Certificate { certificate: "c.pem", key: "k.pem", key_password: None } }"#,
        );
    }

    #[test]
    fn what_does_not_go_together_is_named() {
        refused("--authentication BASIC_AUTH", "this --authentication needs --sasl-username");
        refused(
            "--authentication BASIC_AUTH --sasl-username anna",
            "--sasl-username needs --sasl-password-file, or LANDFALL_SASL_PASSWORD in the environment",
        );
        refused(
            "--sasl-username anna --sasl-password-file PASSWORD",
            "--sasl-username needs --authentication BASIC_AUTH, SASL_SCRAM_256_AUTH or SASL_SCRAM_512_AUTH",
        );
        refused(
            "--authentication CLIENT_CERTIFICATE_TLS_AUTH --client-key k.pem",
            "a client certificate needs both --client-certificate and --client-key",
        );
        refused(
            "--authentication BASIC_AUTH --sasl-username anna --sasl-password-file PASSWORD --client-key k.pem",
            "--client-certificate and --client-key need --authentication CLIENT_CERTIFICATE_TLS_AUTH",
        );
        refused(
            "--transport PLAINTEXT --server-root-ca-certificate ca.pem",
            "certificates are of no use with --transport PLAINTEXT",
        );
        refused(
            "--client-key-password-file PASSWORD",
            "--client-key-password-file needs --client-certificate and --client-key",
        );
    }
}
