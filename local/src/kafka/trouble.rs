//! What stands between a client and the brokers, out of librdkafka's complaints.

use rdkafka::error::RDKafkaErrorCode;
use std::fmt;

/// Why a broker cannot be talked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    kind: TroubleKind,
    /// What librdkafka says, without what it repeats.
    reason: String,
}

/// What is to be checked, the least telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TroubleKind {
    /// Nobody listens there, or hangs up.
    Connection,
    /// The name of a host is not known.
    Host,
    /// The broker hangs up on who speaks without TLS.
    TlsExpected,
    /// The broker does not speak TLS.
    TlsNotExpected,
    /// The broker hangs up on who does not say who it is.
    CredentialsExpected,
    /// TLS fails in another way.
    Tls,
    /// The broker wants a client certificate, or another.
    ClientCertificate,
    /// The broker's certificate is not signed by somebody who is trusted, or is another host's.
    ServerCertificate,
    /// The broker does not take the user, the password or the mechanism.
    Credentials,
}

impl Trouble {
    /// Reads a complaint of librdkafka; none where it says only that nothing works.
    pub(crate) fn of(code: Option<RDKafkaErrorCode>, complaint: &str) -> Option<Self> {
        let kind = match code? {
            RDKafkaErrorCode::Authentication | RDKafkaErrorCode::SaslAuthenticationFailed => {
                TroubleKind::Credentials
            }
            RDKafkaErrorCode::SSL => of_tls(complaint),
            RDKafkaErrorCode::Resolve => TroubleKind::Host,
            RDKafkaErrorCode::BrokerTransportFailure => of_transport(complaint),
            _ => return None,
        };
        Some(Self { kind, reason: shorten(complaint) })
    }

    /// Reads a line of librdkafka's log about a broken connection; none where it is an ordinary one.
    pub(crate) fn of_log(line: &str) -> Option<Self> {
        // Behind the name of a thread: `[thrd:localhost:9092/bootstrap]: localhost:9092/bootstrap: Disconnected …`.
        let complaint = line.split_once("]: ").map_or(line, |(_, complaint)| complaint);
        let kind = of_transport(complaint);
        (kind > TroubleKind::Connection).then(|| Self { kind, reason: shorten(complaint) })
    }

    /// What is to be checked.
    pub fn kind(&self) -> TroubleKind {
        self.kind
    }

    /// Whether trying again will not help. A broker that hangs up may only be going down.
    pub(crate) fn lasts(&self) -> bool {
        self.kind >= TroubleKind::Tls
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            TroubleKind::Connection => "",
            TroubleKind::Host => "check the name of the host: ",
            TroubleKind::TlsExpected => "it may be a port for TLS: ",
            TroubleKind::TlsNotExpected => "it may be a port without TLS: ",
            TroubleKind::CredentialsExpected => "it may be a port for clients that say who they are: ",
            TroubleKind::Tls => "TLS fails: ",
            TroubleKind::ClientCertificate => {
                "the broker does not accept the client's certificate, or misses one: "
            }
            TroubleKind::ServerCertificate => {
                "the broker's certificate is not trusted (check the root CA certificate and the name of the host): "
            }
            TroubleKind::Credentials => {
                "the broker does not accept the credentials (check user, password and mechanism): "
            }
        };
        write!(f, "{what}{}", self.reason)
    }
}

fn of_tls(complaint: &str) -> TroubleKind {
    let says = |text: &str| complaint.contains(text);
    if says("certificate verify failed") || says("certificate could not be verified") {
        TroubleKind::ServerCertificate
    } else if is_about_our_certificate(complaint) || says("client SSL authentication might be required") {
        TroubleKind::ClientCertificate
    } else if says("wrong version number") {
        TroubleKind::TlsNotExpected
    } else {
        TroubleKind::Tls
    }
}

fn of_transport(complaint: &str) -> TroubleKind {
    let says = |text: &str| complaint.contains(text);
    if is_about_our_certificate(complaint) {
        TroubleKind::ClientCertificate
    } else if says("connecting to a PLAINTEXT broker listener?") {
        TroubleKind::TlsNotExpected
    } else if says("connecting to a SSL listener?") {
        TroubleKind::TlsExpected
    } else if says("might require SASL authentication") {
        TroubleKind::CredentialsExpected
    } else if says("Disconnected") && says("in state APIVERSION_QUERY") {
        // The first request: what it gets to read there is no handshake.
        TroubleKind::TlsExpected
    } else if says("Disconnected") && says("in state UP") {
        // The first request that needs to be allowed.
        TroubleKind::CredentialsExpected
    } else {
        TroubleKind::Connection
    }
}

/// With TLS 1.3 a broker looks at the client's certificate when the client takes the handshake for done: the
/// alert then breaks the first read.
fn is_about_our_certificate(complaint: &str) -> bool {
    complaint.contains("alert") && complaint.contains("certificate")
}

/// Leaves out how long what state lasted, and librdkafka's own hints, which name its properties.
fn shorten(complaint: &str) -> String {
    let mut text = complaint;
    for marker in [
        " (after ",
        ": broker certificate could not be verified",
        ": client SSL authentication might be required",
        ": connecting to a PLAINTEXT broker listener?",
        ": might be caused by incorrect security.protocol",
        ": verify that security.protocol",
    ] {
        if let Some(start) = text.find(marker) {
            text = &text[..start];
        }
    }
    text.trim_end_matches(':').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use RDKafkaErrorCode::{AllBrokersDown, Authentication, BrokerTransportFailure, Resolve, SSL};

    /// Checks what is made of a complaint, as librdkafka 2.12 words it.
    #[track_caller]
    fn check(code: RDKafkaErrorCode, complaint: &str, expected: &str) {
        let trouble = Trouble::of(Some(code), complaint);
        assert_eq!(trouble.map(|trouble| trouble.to_string()).as_deref(), Some(expected));
    }

    #[test]
    fn a_complaint_says_what_to_check() {
        check(
            Authentication,
            "sasl_ssl://b:1/bootstrap: SASL authentication error: Authentication failed: Invalid username or password (after 5ms in state AUTH_REQ)",
            "the broker does not accept the credentials (check user, password and mechanism): sasl_ssl://b:1/bootstrap: SASL authentication error: Authentication failed: Invalid username or password",
        );
        check(
            SSL,
            "ssl://b:1/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate could not be verified, verify that ssl.ca.location is correctly configured or root CA certificates are installed (install ca-certificates package) (after 9ms in state SSL_HANDSHAKE)",
            "the broker's certificate is not trusted (check the root CA certificate and the name of the host): ssl://b:1/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed",
        );
        check(
            BrokerTransportFailure,
            "ssl://b:1/bootstrap: Receive failed: error:0A000412:SSL routines::sslv3 alert bad certificate: SSL alert number 42",
            "the broker does not accept the client's certificate, or misses one: ssl://b:1/bootstrap: Receive failed: error:0A000412:SSL routines::sslv3 alert bad certificate: SSL alert number 42",
        );
        check(
            Resolve,
            "b:1/bootstrap: Failed to resolve 'b:1': Name or service not known (after 8ms in state CONNECT)",
            "check the name of the host: b:1/bootstrap: Failed to resolve 'b:1': Name or service not known",
        );
        check(
            BrokerTransportFailure,
            "b:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)",
            "b:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused",
        );
        assert_eq!(Trouble::of(Some(AllBrokersDown), "1/1 brokers are down"), None);
    }

    #[test]
    fn a_connection_that_breaks_says_something_by_when_it_breaks() {
        let line = |state: &str| {
            format!(
                "[thrd:b:1/bootstrap]: b:1/bootstrap: Disconnected: connection closed by peer: receive 0 after POLLIN (after 0ms in state {state})"
            )
        };
        let kind = |state: &str| Trouble::of_log(&line(state)).map(|trouble| trouble.kind());
        assert_eq!(kind("APIVERSION_QUERY"), Some(TroubleKind::TlsExpected));
        assert_eq!(kind("UP"), Some(TroubleKind::CredentialsExpected));
        assert_eq!(kind("CONNECT"), None);
    }

    #[test]
    fn who_only_hangs_up_is_asked_again() {
        let line = "[thrd:b:1/1]: b:1/1: Disconnected: Broken pipe (after 0ms in state UP)";
        assert!(Trouble::of_log(line).is_some_and(|trouble| !trouble.lasts()));
        let refused = Trouble::of(Some(Authentication), "b:1/1: SASL authentication error");
        assert!(refused.is_some_and(|trouble| trouble.lasts()));
    }
}
