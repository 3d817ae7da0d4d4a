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

/// Whether a text that is valid JSON is an object with a member whose name is one of those wanted.
pub(super) fn has_name(text: &str, is_wanted: impl Fn(&str) -> bool) -> bool {
    let mut found = false;
    walk(text, &mut |name| {
        found |= std::str::from_utf8(name).is_ok_and(&is_wanted);
        None
    });
    found
}

/// The texts of an object's members; of several with one name the last, which is the one Jackson keeps. None for what
/// is no object.
pub(super) fn members<'t, const N: usize>(value: &'t str, names: [&str; N]) -> Option<[Option<&'t str>; N]> {
    if !value.starts_with('{') {
        return None;
    }
    let mut members = [None; N];
    let found = walk(value, &mut |name| names.iter().position(|it| it.as_bytes() == name));
    for (index, text) in found {
        members[index] = Some(text);
    }
    Some(members)
}

/// The text of an object's member, the last of this name.
fn member<'t>(value: &'t str, name: &str) -> Option<&'t str> {
    members(value, [name]).and_then(|[member]| member)
}

/// Walks through the members of a text that is valid JSON, and gives the texts of those that `number` gives a number
/// by their names, in their order.
fn walk<'t>(value: &'t str, number: &mut dyn FnMut(&[u8]) -> Option<usize>) -> Vec<(usize, &'t str)> {
    if !value.starts_with('{') {
        return Vec::new();
    }
    Walk { number }
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

struct Walk<'n> {
    number: &'n mut dyn FnMut(&[u8]) -> Option<usize>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = Vec<(usize, &'de str)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = Vec<(usize, &'de str)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(number) = members.next_key_seed(Number(&mut *self.number))? {
            match number {
                Some(number) => found.push((number, members.next_value::<&RawValue>()?.get())),
                None => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}

/// Reads a member's name, its escapes resolved, and gives its number.
struct Number<'n>(&'n mut dyn FnMut(&[u8]) -> Option<usize>);

impl<'de> DeserializeSeed<'de> for Number<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        // As bytes, since a name with a lone surrogate is no `str`, and an error in place of "another name".
        deserializer.deserialize_bytes(self)
    }
}

impl Visitor<'_> for Number<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<Self::Value, E> {
        Ok((self.0)(name))
    }
}
