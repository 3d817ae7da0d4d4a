//! JSON texts, taken apart one level at a time.
//!
//! Not a tree of values: numbers keep their digits, texts without escapes are borrowed, and what becomes a column
//! of JSON stays as it was written. Each level is scanned once for each level above it; schemas bound their number.

use crate::columns::build::Misfit;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A JSON text that is valid and has no white space around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::columns) struct Raw<'v>(&'v str);

/// What a JSON text is, as far as its first byte tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::columns) enum Shape {
    Null,
    Boolean(bool),
    Number,
    Text,
    Array,
    Object,
}

impl<'v> Raw<'v> {
    /// Checks that a payload is one JSON text; the error is a sentence.
    pub(in crate::columns) fn parse(payload: &'v [u8]) -> Result<Self, String> {
        if payload.is_empty() {
            return Err("value has 0 bytes, which is not JSON".to_owned());
        }
        let text = simdutf8::compat::from_utf8(payload).map_err(|error| {
            format!("value is not UTF-8 at byte {} of {}", error.valid_up_to(), payload.len())
        })?;
        let raw: &RawValue =
            serde_json::from_str(text).map_err(|error| format!("value is not JSON: {error}"))?;
        Ok(Self(raw.get()))
    }

    pub(in crate::columns) fn as_str(self) -> &'v str {
        self.0
    }

    pub(in crate::columns) fn shape(self) -> Shape {
        match self.0.as_bytes()[0] {
            b'n' => Shape::Null,
            b't' => Shape::Boolean(true),
            b'f' => Shape::Boolean(false),
            b'"' => Shape::Text,
            b'[' => Shape::Array,
            b'{' => Shape::Object,
            _ => Shape::Number,
        }
    }

    pub(in crate::columns) fn is_null(self) -> bool {
        self.shape() == Shape::Null
    }

    /// A text, its escapes resolved.
    pub(in crate::columns) fn text(self) -> Result<Cow<'v, str>, Misfit> {
        let inner = &self.0[1..self.0.len() - 1];
        if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
            return Ok(Cow::Borrowed(inner));
        }
        serde_json::from_str(self.0).map(Cow::Owned).map_err(|_| lone_surrogate())
    }

    /// An array's elements.
    pub(in crate::columns) fn elements(self) -> Vec<Self> {
        let elements: Vec<&RawValue> = serde_json::from_str(self.0).expect("it was read once");
        elements.into_iter().map(|element| Self(element.get())).collect()
    }

    /// An object's members in their order, names that repeat included.
    pub(in crate::columns) fn members(self) -> Vec<(Name<'v>, Self)> {
        let Members(members) = serde_json::from_str(self.0).expect("it was read once");
        members.into_iter().map(|(name, value)| (name, Self(value.get()))).collect()
    }
}

pub(in crate::columns) fn lone_surrogate() -> Misfit {
    Misfit::new("holds half of a surrogate pair, which is not a character")
}

/// A member's name, its escapes resolved; bytes, since half a surrogate pair is one to JSON's grammar but no `str`.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::columns) struct Name<'v>(pub(in crate::columns) Cow<'v, [u8]>);

impl<'v> Name<'v> {
    pub(in crate::columns) fn into_text(self) -> Result<Cow<'v, str>, Misfit> {
        match self.0 {
            Cow::Borrowed(bytes) => {
                std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| lone_surrogate())
            }
            Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(|_| lone_surrogate()),
        }
    }
}

struct Members<'v>(Vec<(Name<'v>, &'v RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(name) = map.next_key_seed(NameSeed)? {
                    members.push((name, map.next_value()?));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}

struct NameSeed;

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Name<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_bytes(self)
    }
}

impl<'de> Visitor<'de> for NameSeed {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_borrowed_bytes<E>(self, name: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<Self::Value, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}
