//! One value of a row.

use arrow_buffer::i256;
use std::borrow::Cow;

/// One value of a row, as its column takes it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::columns) enum Cell<'v> {
    Null,
    Boolean(bool),
    /// For every column whose values are whole numbers of 32 or 64 bits: integers, dates, times and timestamps.
    Integer(i64),
    Float(f64),
    /// An unscaled decimal.
    Decimal(i256),
    Text(Cow<'v, str>),
    /// For columns of any or of a fixed number of bytes.
    Bytes(Cow<'v, [u8]>),
    /// In the order of the fields.
    Struct(Vec<Self>),
    /// The one field of a union that isn't null, by its index.
    Branch(usize, Box<Self>),
    List(Vec<Self>),
    Map(Vec<(Cow<'v, str>, Self)>),
}

impl Cell<'_> {
    /// The cell, without what it borrows.
    pub(in crate::columns) fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Null => Cell::Null,
            Self::Boolean(value) => Cell::Boolean(value),
            Self::Integer(value) => Cell::Integer(value),
            Self::Float(value) => Cell::Float(value),
            Self::Decimal(value) => Cell::Decimal(value),
            Self::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
            Self::Bytes(bytes) => Cell::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Struct(cells) => Cell::Struct(cells.into_iter().map(Cell::into_owned).collect()),
            Self::Branch(index, cell) => Cell::Branch(index, Box::new(cell.into_owned())),
            Self::List(cells) => Cell::List(cells.into_iter().map(Cell::into_owned).collect()),
            Self::Map(entries) => Cell::Map(
                entries
                    .into_iter()
                    .map(|(key, cell)| (Cow::Owned(key.into_owned()), cell.into_owned()))
                    .collect(),
            ),
        }
    }
}
