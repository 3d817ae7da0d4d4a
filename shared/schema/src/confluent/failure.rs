//! Why a server did not tell.

use std::error::Error;
use std::fmt;
use std::io;

/// A server did not tell.
#[derive(Debug)]
pub(super) struct Failure {
    /// The server's URL, without credentials.
    pub(super) server: String,
    pub(super) fault: Fault,
    pub(super) message: String,
    pub(super) cause: Option<RootCause>,
}

/// Whose fault it is, and whether it stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The server's, and maybe over soon.
    Passing,
    /// The server's, until somebody does something: a certificate, say.
    Standing,
    /// The URL's: what answers there is no registry, or does not know such a path.
    Path,
    /// Ours: any other server would refuse the same.
    Ours,
}

impl Failure {
    /// What is to be said where this server has failed after others.
    pub(super) fn after(mut self, earlier: Self) -> Self {
        self.fault = match (self.fault, earlier.fault) {
            (Fault::Ours, _) => Fault::Ours,
            (fault, earlier) if fault == earlier => fault,
            (Fault::Passing, _) | (_, Fault::Passing) => Fault::Passing,
            _ => Fault::Standing,
        };
        // Causes stand in brackets, each beside its server: at the end of the chain they would be anybody's.
        let in_brackets = |cause: Option<RootCause>| cause.map_or_else(String::new, |it| format!(" ({it})"));
        self.message += &in_brackets(self.cause.take());
        self.message += &format!("; and before, {}: {}", earlier.server, earlier.message);
        self.message += &in_brackets(earlier.cause);
        self
    }
}

/// What lies at the bottom of an HTTP client's error; its own words ("error sending request", "client error") help
/// nobody, and have the URL once more.
#[derive(Debug)]
pub(super) struct RootCause(pub(super) reqwest::Error);

impl RootCause {
    fn root(&self) -> &(dyn Error + 'static) {
        let mut root: &(dyn Error + 'static) = &self.0;
        while let Some(cause) = beneath(root) {
            root = cause;
        }
        root
    }

    /// Whether the server's certificate was not good enough.
    pub(super) fn is_certificate(&self) -> bool {
        matches!(self.root().downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))
    }
}

impl fmt::Display for RootCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.root(), f)
    }
}

impl Error for RootCause {}

/// What an error was caused by; an I/O error hides what it was made of.
fn beneath<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    let made_of = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    made_of.map(|error| error as &(dyn Error + 'static)).or_else(|| error.source())
}
