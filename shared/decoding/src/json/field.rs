//! From a JSON text and a path to the field there.
//!
//! Members beside the path are skipped, never parsed, so what stands in them (deep nesting, numbers beyond 64 bits,
//! lone surrogates) cannot make a record unplaceable.

use record::{Field, FieldPath};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The field at a path of a text that is valid JSON without white space around it.
pub(super) fn field_of<'t>(text: &'t str, path: &FieldPath) -> Field<'t> {
    if !text.starts_with('{') {
        return Field::NotAnObject;
    }
    let mut value = text;
    for name in path.segments() {
        match member(value, name) {
            Some(inner) => value = inner,
            None => return Field::Absent,
        }
    }
    classify(value)
}

/// Whether a text that is valid JSON is an object with a member of this name.
pub(super) fn has_member(text: &str, name: &str) -> bool {
    member(text, name).is_some()
}

/// The text of an object's member; of several with this name the last, which is the one Jackson keeps.
fn member<'t>(value: &'t str, name: &str) -> Option<&'t str> {
    if !value.starts_with('{') {
        return None;
    }
    LastMember { name }
        .deserialize(&mut serde_json::Deserializer::from_str(value))
        .expect("a row's text is valid JSON")
}

fn classify(value: &str) -> Field<'_> {
    match value.as_bytes() {
        b"null" => Field::Absent,
        b"true" => Field::Boolean(true),
        b"false" => Field::Boolean(false),
        [b'{', ..] => Field::Other("object"),
        [b'[', ..] => Field::Other("array"),
        [b'"', inner @ .., b'"'] if memchr::memchr(b'\\', inner).is_none() => {
            Field::Text(Cow::Borrowed(&value[1..value.len() - 1]))
        }
        // A lone surrogate is the one thing that JSON's grammar lets a text hold and UTF-8 does not.
        [b'"', ..] => match serde_json::from_str(value) {
            Ok(text) => Field::Text(Cow::Owned(text)),
            Err(_) => Field::Other("text with a lone surrogate"),
        },
        number if memchr::memchr3(b'.', b'e', b'E', number).is_some() => Field::Other("fractional number"),
        // The digits as they stand, since 64 bits don't hold every integer.
        _ => Field::Integer(Cow::Borrowed(value)),
    }
}

struct LastMember<'n> {
    name: &'n str,
}

impl<'de> DeserializeSeed<'de> for LastMember<'_> {
    type Value = Option<&'de str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for LastMember<'_> {
    type Value = Option<&'de str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut last = None;
        while let Some(is_it) = members.next_key_seed(IsName(self.name))? {
            if is_it {
                last = Some(members.next_value::<&RawValue>()?.get());
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(last)
    }
}

/// Reads a member's name, its escapes resolved, and says whether it is this one.
struct IsName<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for IsName<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        // As bytes, since a name with a lone surrogate is no `str`, and an error in place of "another name".
        deserializer.deserialize_bytes(self)
    }
}

impl Visitor<'_> for IsName<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<Self::Value, E> {
        Ok(name == self.0.as_bytes())
    }
}
