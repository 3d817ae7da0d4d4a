//! What to do with each column, by the two schemas alone.

use super::types::{check_names, check_symbols, describe, is_union};
use super::widening::is_widened;
use super::{Incompatible, default, meta};
use arrow_array::ArrayRef;
use arrow_schema::{DataType, Field, FieldRef, Fields};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Where a column of the reader comes from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// From a column of the writer.
    Column(usize, Step),
    /// From the reader's default: an array of one value.
    Default(ArrayRef),
    /// From nowhere: it is null.
    Null(DataType),
}

/// What becomes of a column of the writer.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// It is the reader's already.
    Keep,
    /// Each value becomes one of this wider type.
    Widen(DataType),
    /// All are null.
    Null(DataType),
    /// Symbols that the reader doesn't know become its default symbol.
    Symbols { known: BTreeSet<String>, default: String },
    /// A record.
    Struct { fields: Fields, sources: Vec<Source> },
    /// A list.
    List { item: FieldRef, step: Box<Self> },
    /// A map: its values.
    Map { entries: FieldRef, value: Box<Self>, is_sorted: bool },
    /// A value becomes a branch of a union.
    Branch { fields: Fields, branch: usize, step: Box<Self> },
    /// Branches of a union become branches of another: for each of the reader's those of the writer's.
    Union { fields: Fields, branches: Vec<Vec<(usize, Self)>> },
}

/// Where the fields of the reader's record come from; `path` is the record's own.
pub(super) fn sources(path: &str, writer: &Fields, reader: &Fields) -> Result<Vec<Source>, Incompatible> {
    reader.iter().map(|field| source(&join(path, field.name()), writer, field)).collect()
}

fn source(path: &str, writer: &Fields, reader: &Field) -> Result<Source, Incompatible> {
    if let Some((index, field)) = find(writer, reader) {
        return Ok(Source::Column(index, resolve(path, field, reader)?));
    }
    if let Some(json) = reader.metadata().get(meta::DEFAULT) {
        return match default::column(reader, json) {
            Some(column) => Ok(Source::Default(column)),
            None => Err(incompatible(path, "has a default that is no value of its type")),
        };
    }
    if reader.is_nullable() || *reader.data_type() == DataType::Null {
        return Ok(Source::Null(reader.data_type().clone()));
    }
    Err(incompatible(
        path,
        "is not in the writer's schema, and the reader's has neither a default nor null for it",
    ))
}

/// The writer's field that the reader's is: of the same name, else of one of its other names.
fn find<'a>(writer: &'a Fields, reader: &Field) -> Option<(usize, &'a FieldRef)> {
    let named = |name: &str| writer.iter().enumerate().find(|(_, field)| field.name() == name);
    named(reader.name()).or_else(|| {
        let aliases: Vec<String> = serde_json::from_str(reader.metadata().get(meta::ALIASES)?).ok()?;
        aliases.iter().find_map(|alias| named(alias))
    })
}

/// What becomes of a column, or of what is in one.
pub(super) fn resolve(path: &str, writer: &Field, reader: &Field) -> Result<Step, Incompatible> {
    let may_be_null = |field: &Field| field.is_nullable() || *field.data_type() == DataType::Null;
    if may_be_null(writer) && !may_be_null(reader) {
        return Err(incompatible(path, "may be null in the writer's schema, but not in the reader's"));
    }
    if writer.data_type() == reader.data_type() && writer.metadata() == reader.metadata() {
        return Ok(Step::Keep);
    }
    if *writer.data_type() == DataType::Null {
        return Ok(Step::Null(reader.data_type().clone()));
    }
    match (is_union(writer), is_union(reader)) {
        (Some(writer), Some(reader)) => return union(path, writer, reader),
        (None, Some(branches)) => return branch(path, writer, branches),
        (Some(_), None) => {
            return Err(incompatible(path, "is a union in the writer's schema, but not in the reader's"));
        }
        (None, None) => {}
    }
    check_names(writer.metadata(), reader.metadata()).map_err(|why| incompatible(path, &why))?;
    match (writer.data_type(), reader.data_type()) {
        (DataType::Struct(writer), DataType::Struct(reader)) => {
            Ok(Step::Struct { fields: reader.clone(), sources: sources(path, writer, reader)? })
        }
        (DataType::List(writer), DataType::List(reader)) => {
            let step = Box::new(resolve(path, writer, reader)?);
            Ok(Step::List { item: Arc::clone(reader), step })
        }
        (DataType::Map(writer, _), DataType::Map(reader, is_sorted)) => {
            let (DataType::Struct(of_writer), DataType::Struct(of_reader)) =
                (writer.data_type(), reader.data_type())
            else {
                return Err(incompatible(path, "is a map without entries"));
            };
            let value = Box::new(resolve(path, &of_writer[1], &of_reader[1])?);
            Ok(Step::Map { entries: Arc::clone(reader), value, is_sorted: *is_sorted })
        }
        _ => scalar(path, writer, reader),
    }
}

fn scalar(path: &str, writer: &Field, reader: &Field) -> Result<Step, Incompatible> {
    let (of_writer, of_reader) = (logical(writer), logical(reader));
    if of_writer == Some(meta::LOGICAL_ENUM) && of_reader == Some(meta::LOGICAL_ENUM) {
        return check_symbols(writer, reader).map_err(|why| incompatible(path, &why));
    }
    if of_writer == of_reader {
        if writer.data_type() == reader.data_type() {
            return Ok(Step::Keep);
        }
        if of_writer.is_none() && is_widened(writer.data_type(), reader.data_type()) {
            return Ok(Step::Widen(reader.data_type().clone()));
        }
    }
    Err(incompatible(
        path,
        &format!("is {} in the writer's schema, and {} in the reader's", describe(writer), describe(reader)),
    ))
}

/// What is no union becomes the first branch that is of its type, or else the first that takes it.
fn branch(path: &str, writer: &Field, branches: &Fields) -> Result<Step, Incompatible> {
    match taker(path, writer, branches) {
        Some((branch, step)) => Ok(Step::Branch { fields: branches.clone(), branch, step: Box::new(step) }),
        None => Err(incompatible(
            path,
            &format!(
                "is {} in the writer's schema, which no branch of the reader's union takes",
                describe(writer)
            ),
        )),
    }
}

fn union(path: &str, writer: &Fields, reader: &Fields) -> Result<Step, Incompatible> {
    let mut branches = vec![Vec::new(); reader.len()];
    for (index, field) in writer.iter().enumerate() {
        let Some((branch, step)) = taker(path, field, reader) else {
            return Err(incompatible(
                path,
                &format!(
                    "has the branch {} in the writer's union, which none of the reader's takes",
                    field.name()
                ),
            ));
        };
        branches[branch].push((index, step));
    }
    Ok(Step::Union { fields: reader.clone(), branches })
}

/// The branch that takes a value: one of its own type, or else the first to which it can be resolved.
fn taker(path: &str, writer: &Field, branches: &Fields) -> Option<(usize, Step)> {
    let mut takers = Vec::new();
    for (index, branch) in branches.iter().enumerate() {
        // A branch is nullable because another may be taken.
        let branch = branch.as_ref().clone().with_nullable(true);
        if let Ok(step) = resolve(&join(path, branch.name()), writer, &branch) {
            takers.push((index, step));
        }
    }
    let own = takers.iter().position(|(_, step)| !matches!(step, Step::Widen(_))).unwrap_or(0);
    (!takers.is_empty()).then(|| takers.swap_remove(own))
}

pub(super) fn logical(field: &Field) -> Option<&str> {
    field.metadata().get(meta::LOGICAL).map(String::as_str)
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn incompatible(path: &str, why: &str) -> Incompatible {
    Incompatible(format!("field {path} {why}"))
}
