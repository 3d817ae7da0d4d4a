//! From a record's bytes to a row, by format.

pub mod json;
