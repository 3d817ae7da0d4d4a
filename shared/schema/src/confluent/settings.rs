//! Where a registry is, and how it is asked.

use std::fmt;
use std::time::Duration;

/// Where a Confluent-compatible registry is, and how it is asked.
///
/// Nothing is read from the environment: no proxy and no certificates but these.
#[derive(Debug, Clone)]
pub struct ConfluentSettings {
    /// `schema.registry.url`: servers of one registry, each with the path that it stands under. A user and a password
    /// in a URL are its credentials.
    pub urls: Vec<RegistryUrl>,
    /// Who asks, where the URLs don't say.
    pub credentials: Credentials,
    /// Texts in PEM with the certificates of the authorities that are trusted over TLS.
    pub roots: Vec<Vec<u8>>,
    /// The URL of an HTTP proxy that all goes through.
    pub proxy: Option<RegistryUrl>,
    /// How long a server may take to accept a connection.
    pub connect_timeout: Duration,
    /// How long one request may take, from connecting to the last byte of the answer.
    pub request_timeout: Duration,
}

/// A URL as the settings have it: maybe with a password, which `Debug` does not write.
#[derive(Clone, PartialEq, Eq)]
pub struct RegistryUrl(pub String);

impl RegistryUrl {
    /// The URL without a user and a password, whether it is a good one or not.
    pub(super) fn redacted(&self) -> String {
        let Self(url) = self;
        let start = url.find("://").map_or(0, |scheme| scheme + 3);
        match url.rfind('@') {
            Some(end) if end >= start => format!("{}{}", &url[..start], &url[end + 1..]),
            _ => url.clone(),
        }
    }
}

impl fmt::Debug for RegistryUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.redacted())
    }
}

impl From<&str> for RegistryUrl {
    fn from(url: &str) -> Self {
        Self(url.to_owned())
    }
}

/// Who asks a registry; `Debug` writes no secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Nobody.
    None,
    /// `basic.auth.user.info`.
    Basic {
        /// The user; for Confluent Cloud an API key.
        user: String,
        /// The password, or the API key's secret.
        password: String,
    },
    /// `bearer.auth.token`.
    Bearer(String),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Basic { .. } => "Basic",
            Self::Bearer(_) => "Bearer",
        })
    }
}

/// A registry's settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfluentError {
    /// There is no URL.
    #[error("there is no URL of a schema registry")]
    NoUrl,
    /// A URL is none, or not one that a registry can have.
    #[error("{url:?} is not the URL of a schema registry: {reason}")]
    Url {
        /// The URL, without credentials.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There are credentials in a URL, and others beside it.
    #[error("credentials stand in the URL {url:?} and in settings of their own: leave one of them out")]
    CredentialsTwice {
        /// The URL, without credentials.
        url: String,
    },
    /// A token or a password has characters that no header can have.
    #[error("the credentials for the schema registry have characters that an HTTP header cannot have")]
    Credentials,
    /// A URL is https, and there is no authority to trust.
    #[error("{url:?} is https, and no certificates of authorities are given")]
    NoRoots {
        /// The URL, without credentials.
        url: String,
    },
    /// A text is not certificates.
    #[error("what is given as certificates of authorities is not certificates in PEM")]
    Roots,
    /// The proxy's URL is none.
    #[error("{url:?} is not the URL of a proxy")]
    Proxy {
        /// The URL, without credentials.
        url: String,
    },
    /// The HTTP client refuses its set-up.
    #[error("the HTTP client for the schema registry could not be set up")]
    Client(#[source] Box<dyn std::error::Error + Send + Sync>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_written() {
        for (url, expected) in [
            ("http://me:secret@host:8081/base", "\"http://host:8081/base\""),
            ("http://me:se@cret@host", "\"http://host\""),
            ("me:secret@host", "\"host\""),
            ("https://host", "\"https://host\""),
        ] {
            assert_eq!(format!("{:?}", RegistryUrl::from(url)), expected);
        }
        let basic = Credentials::Basic { user: "me".to_owned(), password: "secret".to_owned() };
        assert_eq!(format!("{basic:?} {:?}", Credentials::Bearer("secret".to_owned())), "Basic Bearer");
    }
}
