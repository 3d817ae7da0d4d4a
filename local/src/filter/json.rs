//! JSON text, read only where it is asked.
//!
//! Numbers must keep their text: Lambda compares 300 and 300.0 as text. And a value of megabytes, of which a
//! pattern asks one field, should cost one pass.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A valid JSON value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Json<'a>(&'a str);

/// A value that has no parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scalar<'a> {
    Null,
    Bool(bool),
    /// As it was written.
    Number(&'a str),
    String(Cow<'a, str>),
}

/// How many arrays may directly hold each other until the inner ones are not looked at: each level is read
/// again, so a value of brackets alone would take for ever.
const MAX_NESTED_ARRAYS: usize = 32;

impl<'a> Json<'a> {
    /// Checks the text, without recursion; none where it is not JSON.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        serde_json::from_str::<IgnoredAny>(text).is_ok().then(|| Self(text.trim_ascii()))
    }

    pub(super) fn is_container(self) -> bool {
        self.is_object() || self.is_array()
    }

    pub(super) fn is_object(self) -> bool {
        self.0.starts_with('{')
    }

    pub(super) fn is_array(self) -> bool {
        self.0.starts_with('[')
    }

    /// The value of an object's field; the last one where its name repeats, as most parsers have it.
    pub(super) fn field(self, name: &str) -> Option<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(self.0);
        deserializer.deserialize_map(FieldNamed(name)).ok().flatten().map(Self)
    }

    /// A value that is no array; or else the values in it and in the arrays in it.
    pub(super) fn flat(self) -> Vec<Self> {
        let mut flat = vec![self];
        for _ in 0..MAX_NESTED_ARRAYS {
            if !flat.iter().any(|value| value.is_array()) {
                break;
            }
            flat = flat.into_iter().flat_map(Self::elements).collect();
        }
        flat
    }

    /// None for an object or an array.
    pub(super) fn scalar(self) -> Option<Scalar<'a>> {
        match self.0.as_bytes().first()? {
            b'{' | b'[' => None,
            b'"' => serde_json::from_str::<CowText<'a>>(self.0).ok().map(|text| Scalar::String(text.0)),
            b't' => Some(Scalar::Bool(true)),
            b'f' => Some(Scalar::Bool(false)),
            b'n' => Some(Scalar::Null),
            _ => Some(Scalar::Number(self.0)),
        }
    }

    /// The fields of an object in their order.
    pub(super) fn fields(self) -> Option<Vec<(Cow<'a, str>, Self)>> {
        let fields = serde_json::from_str::<Fields<'a>>(self.0).ok()?.0;
        Some(fields.into_iter().map(|(name, value)| (name.0, Self(value.get()))).collect())
    }

    /// The elements of an array; anything else itself.
    pub(super) fn elements(self) -> Vec<Self> {
        match serde_json::from_str::<Vec<&'a RawValue>>(self.0) {
            Ok(elements) => elements.into_iter().map(|element| Self(element.get())).collect(),
            Err(_) => vec![self],
        }
    }
}

/// Text, borrowed where it has no escapes. A lone surrogate, which JSON allows and UTF-8 has not, fails.
struct CowText<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for CowText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = CowText<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(CowText(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(CowText(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

struct Fields<'a>(Vec<(CowText<'a>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(All)
    }
}

struct FieldNamed<'n>(&'n str);

impl<'de> Visitor<'de> for FieldNamed<'_> {
    type Value = Option<&'de str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key::<CowText<'de>>()? {
            if name.0 == self.0 {
                found = Some(map.next_value::<&RawValue>()?.get());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        Ok(None)
    }
}
