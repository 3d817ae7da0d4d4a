//! The language of a path's text.

use std::str::FromStr;

/// `locale`: the language of months, weekdays and the like in a path.
///
/// We have the names in English only, so what counts is whether a locale is English. Any is fine for numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale {
    is_english: bool,
}

/// A locale is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a language, or a language and a country, such as `en` or `en_US`")]
pub struct LocaleError;

impl Locale {
    /// English, in any country.
    pub const ENGLISH: Self = Self { is_english: true };

    /// Whether the language is English.
    pub fn is_english(self) -> bool {
        self.is_english
    }
}

impl FromStr for Locale {
    type Err = LocaleError;

    /// Reads a language of 2 to 8 letters, and further parts behind `-` (as in BCP 47) or `_` (as in Java).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split(['-', '_']);
        let language = parts.next().unwrap_or_default();
        let is_language =
            (2..=8).contains(&language.len()) && language.bytes().all(|it| it.is_ascii_alphabetic());
        let is_part =
            |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_alphanumeric());
        if !is_language || !parts.all(is_part) {
            return Err(LocaleError);
        }
        Ok(Self { is_english: language.eq_ignore_ascii_case("en") })
    }
}

#[cfg(test)]
mod tests {
    use super::{Locale, LocaleError};

    #[track_caller]
    fn check(text: &str, is_english: Result<bool, LocaleError>) {
        assert_eq!(text.parse::<Locale>().map(Locale::is_english), is_english, "{text:?}");
    }

    #[test]
    fn a_locale_is_english_or_not() {
        for text in ["en", "EN", "en_US", "en-US", "en-Latn-GB"] {
            check(text, Ok(true));
        }
        for text in ["fr_FR", "ko", "es_CL", "eng", "zh-Hans-CN"] {
            check(text, Ok(false));
        }
        for text in ["", " ", "e", "en US", "en_", "_US", "12", "en_US.UTF-8", "abcdefghi"] {
            check(text, Err(LocaleError));
        }
    }
}
