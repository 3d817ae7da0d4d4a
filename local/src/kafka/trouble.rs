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
