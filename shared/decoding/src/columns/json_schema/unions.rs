//! Columns for values of several types.

use crate::columns::json::{Kind, Member, Node};
use std::collections::BTreeSet;

/// The node of a value that is one of several, each with its name where it has one.
pub(super) fn node(branches: Vec<(Option<String>, Node)>) -> Node {
    let nullable = branches.iter().any(|(_, node)| node.nullable);
    let mut kept: Vec<(Option<String>, Node)> = Vec::new();
    for (name, mut node) in branches.into_iter().flat_map(flat) {
        node.nullable = true;
        let merged = kept.iter_mut().find_map(|(_, before)| {
            before.kind = both(&before.kind, &node.kind)?;
            Some(())
        });
        if merged.is_none() {
            kept.push((name, node));
        }
    }
    // What may be anything makes the whole one anything.
    if kept.iter().any(|(_, node)| matches!(node.kind, Kind::Json)) {
        return Node { nullable, ..Node::new(Kind::Json) };
    }
    if kept.len() == 1
        && let Some((_, node)) = kept.pop()
    {
        return Node { nullable, ..node };
    }
    Node { nullable, ..Node::new(Kind::Union(named(kept))) }
}

/// The alternatives of an alternative.
fn flat((name, node): (Option<String>, Node)) -> Vec<(Option<String>, Node)> {
    match node.kind {
        Kind::Union(members) => members.into_iter().map(|it| (Some(it.name), it.node)).collect(),
        _ => vec![(name, node)],
    }
}

/// A kind that takes the values of both, where there is one without loss.
fn both(first: &Kind, second: &Kind) -> Option<Kind> {
    Some(match (first, second) {
        (Kind::Enum(first), Kind::Enum(second)) => {
            let mut symbols = first.clone();
            symbols.extend(second.iter().filter(|symbol| !first.contains(symbol)).cloned());
            Kind::Enum(symbols)
        }
        (Kind::Text | Kind::Enum(_), Kind::Text | Kind::Enum(_)) => Kind::Text,
        (Kind::Whole(first), Kind::Whole(second)) => Kind::Whole(*first.max(second)),
        (first, second) if first == second => first.clone(),
        _ => return None,
    })
}

/// Names that differ in more than case, since Athena's don't have any, from letters, digits and `_`.
fn named(branches: Vec<(Option<String>, Node)>) -> Vec<Member> {
    let mut taken = BTreeSet::new();
    let name_of = |(name, node): (Option<String>, Node)| {
        let name = name.as_deref().map(plain).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| type_name(&node.kind).to_owned());
        let mut unique = name.clone();
        for number in 2.. {
            if taken.insert(unique.to_ascii_lowercase()) {
                break;
            }
            unique = format!("{name}_{number}");
        }
        Member { name: unique, node }
    };
    branches.into_iter().map(name_of).collect()
}

fn plain(name: &str) -> String {
    // Of a Connect name such as `org.apache.kafka.connect.data.Date` the end says it all.
    let name = name.rsplit('.').next().unwrap_or(name).trim();
    name.chars().map(|it| if it.is_alphanumeric() { it } else { '_' }).collect()
}

fn type_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Boolean => "boolean",
        Kind::Whole(_) => "integer",
        Kind::Float32 | Kind::Float64 => "number",
        Kind::Text | Kind::Enum(_) => "string",
        Kind::Bytes(_) => "bytes",
        Kind::Uuid => "uuid",
        Kind::Json | Kind::JsonInText | Kind::JsonOrInText => "json",
        Kind::Decimal { .. } => "decimal",
        Kind::Date(_) => "date",
        Kind::Time(..) => "time",
        Kind::Timestamp { .. } => "timestamp",
        Kind::List(_) => "array",
        Kind::Map(..) => "map",
        Kind::Struct(_) => "object",
        Kind::Union(_) => "union",
    }
}
