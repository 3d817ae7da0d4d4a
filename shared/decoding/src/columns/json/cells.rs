//! From JSON texts to cells.

use super::node::{Kind, MapForm, Node, Object};
use super::raw::{Raw, Shape};
use super::{scalars, union};
use crate::columns::build::{Cell, Misfit};
use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// The cell of a value.
pub(super) fn cell<'v>(node: &Node, raw: Raw<'v>) -> Result<Cell<'v>, Misfit> {
    if raw.is_null() {
        return null(node);
    }
    match (&node.kind, raw.shape()) {
        (Kind::List(item), Shape::Array) => {
            let elements = raw.elements().into_iter().enumerate();
            let cells = elements.map(|(index, raw)| cell(item, raw).map_err(|misfit| misfit.at(index)));
            Ok(Cell::List(cells.collect::<Result<_, _>>()?))
        }
        (Kind::Struct(object), Shape::Object) => Ok(Cell::Struct(members(object, raw)?)),
        (Kind::Map(MapForm::Object | MapForm::ObjectOrPairs(_), value), Shape::Object) => {
            let mut entries = Entries::default();
            for (name, raw) in raw.members() {
                entries.insert(name.into_text()?, cell(value, raw).map_err(Misfit::in_map)?);
            }
            Ok(Cell::Map(entries.in_order))
        }
        (Kind::Map(MapForm::ObjectOrPairs(key), value), Shape::Array) => {
            let mut entries = Entries::default();
            for (index, pair) in raw.elements().into_iter().enumerate() {
                let (name, cell) = entry(key, value, pair).map_err(|misfit| misfit.at(index))?;
                entries.insert(name, cell);
            }
            Ok(Cell::Map(entries.in_order))
        }
        (Kind::Map(MapForm::Entries(key), value), Shape::Array) => {
            let mut entries = Entries::default();
            for (index, object) in raw.elements().into_iter().enumerate() {
                let (name, cell) = key_and_value(key, value, object).map_err(|misfit| misfit.at(index))?;
                entries.insert(name, cell);
            }
            Ok(Cell::Map(entries.in_order))
        }
        (Kind::Union(branches), _) => union::branch(branches, raw),
        _ => scalars::cell(&node.kind, raw),
    }
}

/// The cells of an object's members, in the order of the schema; of several with one name the last counts.
pub(super) fn members<'v>(object: &Object, raw: Raw<'v>) -> Result<Vec<Cell<'v>>, Misfit> {
    if raw.shape() != Shape::Object {
        return Err(scalars::another_type("an object", raw));
    }
    let mut found = vec![None; object.members.len()];
    let mut expected = 0;
    for (name, raw) in raw.members() {
        if let Some(index) = object.index_of(&name.0, expected) {
            found[index] = Some(raw);
            expected = index + 1;
        }
    }
    let cells = object.members.iter().zip(found).map(|(member, raw)| {
        let cell = match raw {
            Some(raw) => cell(&member.node, raw),
            None => missing(&member.node),
        };
        cell.map_err(|misfit| misfit.within(&member.name))
    });
    cells.collect()
}

fn null(node: &Node) -> Result<Cell<'static>, Misfit> {
    match (&node.default, &node.kind) {
        (_, Kind::Null) => Ok(Cell::Null),
        _ if node.nullable => Ok(Cell::Null),
        (Some(default), _) => Ok(default.clone()),
        _ => Err(Misfit::new("is null, which its schema doesn't allow")),
    }
}

fn missing(node: &Node) -> Result<Cell<'static>, Misfit> {
    match &node.default {
        Some(default) => Ok(default.clone()),
        None if node.nullable => Ok(Cell::Null),
        None => Err(Misfit::new("is missing")),
    }
}

fn entry<'v>(key: &Node, value: &Node, pair: Raw<'v>) -> Result<(Cow<'v, str>, Cell<'v>), Misfit> {
    let malformed = || Misfit::new("is not an array of a key and a value");
    if pair.shape() != Shape::Array {
        return Err(malformed());
    }
    let elements = pair.elements();
    let [key_raw, value_raw] = elements[..] else { return Err(malformed()) };
    Ok((map_key(key, key_raw)?, cell(value, value_raw).map_err(Misfit::in_map)?))
}

fn key_and_value<'v>(key: &Node, value: &Node, object: Raw<'v>) -> Result<(Cow<'v, str>, Cell<'v>), Misfit> {
    if object.shape() != Shape::Object {
        return Err(Misfit::new("is not an object with a key and a value"));
    }
    let (mut key_raw, mut value_cell) = (None, Cell::Null);
    let mut has_value = false;
    for (name, raw) in object.members() {
        match &*name.0 {
            b"key" => key_raw = Some(raw),
            b"value" => (value_cell, has_value) = (cell(value, raw).map_err(Misfit::in_map)?, true),
            _ => {}
        }
    }
    if !has_value {
        value_cell = missing(value).map_err(Misfit::in_map)?;
    }
    let key_raw = key_raw.ok_or_else(|| Misfit::new("has no key"))?;
    Ok((map_key(key, key_raw)?, value_cell))
}

/// A map's key as a text: a text itself, numbers as their digits, anything else as its JSON.
fn map_key<'v>(node: &Node, raw: Raw<'v>) -> Result<Cow<'v, str>, Misfit> {
    if raw.is_null() {
        return Err(Misfit::new("has a key that is null"));
    }
    match (cell(node, raw).map_err(Misfit::in_map)?, raw.shape()) {
        (Cell::Text(text), _) => Ok(text),
        (Cell::Integer(value), Shape::Number) => Ok(Cow::Owned(value.to_string())),
        (_, Shape::Text) => raw.text(),
        _ => Ok(Cow::Borrowed(raw.as_str())),
    }
}

/// A map's entries in their order; of several with one key the last counts, since readers refuse such maps.
#[derive(Default)]
struct Entries<'v> {
    in_order: Vec<(Cow<'v, str>, Cell<'v>)>,
    by_key: HashMap<Cow<'v, str>, usize>,
}

impl<'v> Entries<'v> {
    fn insert(&mut self, key: Cow<'v, str>, cell: Cell<'v>) {
        match self.by_key.entry(key.clone()) {
            Entry::Occupied(index) => self.in_order[*index.get()].1 = cell,
            Entry::Vacant(index) => {
                index.insert(self.in_order.len());
                self.in_order.push((key, cell));
            }
        }
    }
}
