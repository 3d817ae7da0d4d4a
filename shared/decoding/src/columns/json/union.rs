//! Values of several types.

use super::cells::cell;
use super::node::{Kind, Member, Object};
use super::raw::{Raw, Shape};
use crate::columns::build::{Cell, Misfit};

/// The branch that a value belongs to: the first that takes it, but whole numbers go before fractions, and an
/// object goes to the branch that leaves the fewest of its members out.
pub(super) fn branch<'v>(branches: &[Member], raw: Raw<'v>) -> Result<Cell<'v>, Misfit> {
    let taken = branches
        .iter()
        .enumerate()
        .filter_map(|(index, branch)| Some((index, branch, cell(&branch.node, raw).ok()?)));
    let best = match raw.shape() {
        Shape::Object => taken.min_by_key(|(_, branch, _)| undeclared(&branch.node.kind, raw)),
        Shape::Number => taken.min_by_key(|(_, branch, _)| {
            matches!(branch.node.kind, Kind::Float32 | Kind::Float64 | Kind::Decimal { .. })
        }),
        _ => taken.into_iter().next(),
    };
    match best {
        Some((index, _, cell)) => Ok(Cell::Branch(index, Box::new(cell))),
        None => Err(Misfit::new("is of none of the types that its schema allows")),
    }
}

/// How many of an object's members a branch doesn't know.
fn undeclared(kind: &Kind, raw: Raw<'_>) -> usize {
    match kind {
        Kind::Struct(object) => raw.members().iter().filter(|(name, _)| !knows(object, &name.0)).count(),
        _ => 0,
    }
}

fn knows(object: &Object, name: &[u8]) -> bool {
    object.index_of(name, 0).is_some()
}
