//! The servers of a registry.

use super::{ConfluentError, ConfluentSettings, Credentials, RegistryUrl};
use percent_encoding::percent_decode_str;
use reqwest::Url;
use reqwest::header::HeaderValue;

/// One server of a registry.
#[derive(Debug)]
pub(super) struct Server {
    /// Its URL without credentials and without a slash at the end.
    pub(super) url: String,
    pub(super) authorization: Option<HeaderValue>,
}

impl Server {
    /// All servers, in the order of the settings.
    pub(super) fn all(settings: &ConfluentSettings) -> Result<Vec<Self>, ConfluentError> {
        if settings.urls.is_empty() {
            return Err(ConfluentError::NoUrl);
        }
        settings.urls.iter().map(|url| Self::new(url, settings)).collect()
    }

    fn new(url: &RegistryUrl, settings: &ConfluentSettings) -> Result<Self, ConfluentError> {
        let redacted = url.redacted();
        let wrong = |reason: String| ConfluentError::Url { url: redacted.clone(), reason };
        let mut parsed: Url = url.0.trim().parse().map_err(|error| wrong(format!("{error}")))?;
        if !matches!(parsed.scheme(), "http" | "https") || !parsed.has_host() {
            return Err(wrong("it does not begin with http:// or https://".to_owned()));
        }
        if parsed.query().is_some() || parsed.fragment().is_some() {
            return Err(wrong("it has a query or a fragment".to_owned()));
        }
        if parsed.scheme() == "https" && settings.roots.is_empty() {
            return Err(ConfluentError::NoRoots { url: redacted });
        }
        let credentials = match in_url(&parsed) {
            None => settings.credentials.clone(),
            Some(_) if settings.credentials != Credentials::None => {
                return Err(ConfluentError::CredentialsTwice { url: redacted });
            }
            Some(credentials) => credentials,
        };
        // They cannot fail: there is a host.
        let _ = parsed.set_username("");
        let _ = parsed.set_password(None);
        let url = parsed.as_str().trim_end_matches('/').to_owned();
        Ok(Self { url, authorization: authorization(&credentials)? })
    }
}

fn in_url(url: &Url) -> Option<Credentials> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (user, password) = (decode(url.username()), decode(url.password().unwrap_or_default()));
    Some(Credentials::Basic { user, password })
}

fn authorization(credentials: &Credentials) -> Result<Option<HeaderValue>, ConfluentError> {
    let text = match credentials {
        Credentials::None => return Ok(None),
        Credentials::Basic { user, password } => {
            let user_info = base64_simd::STANDARD.encode_to_string(format!("{user}:{password}"));
            format!("Basic {user_info}")
        }
        Credentials::Bearer(token) => format!("Bearer {}", token.trim()),
    };
    let mut value = HeaderValue::try_from(text).map_err(|_| ConfluentError::Credentials)?;
    value.set_sensitive(true);
    Ok(Some(value))
}
