//! What must not be shown.

use super::SecurityError;
use std::fmt;
use std::fs;
use std::path::Path;

/// A password. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a password as it is.
    pub fn new(password: impl Into<String>) -> Self {
        Self(password.into())
    }

    /// Reads a password from a file; the end of its line is not part of it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is no text, or is empty.
    pub fn read(path: &Path) -> Result<Self, SecurityError> {
        let text = fs::read_to_string(path)
            .map_err(|source| SecurityError::Unreadable { path: path.to_owned(), source })?;
        let password = text.strip_suffix('\n').unwrap_or(&text);
        let password = password.strip_suffix('\r').unwrap_or(password);
        // librdkafka takes text that ends with a zero byte.
        if password.is_empty() || password.contains(['\n', '\0']) {
            return Err(SecurityError::NoPassword { path: path.to_owned() });
        }
        Ok(Self(password.to_owned()))
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
