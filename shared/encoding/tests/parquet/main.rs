//! Parquet objects, read back by the library's own reader.

mod compatibility;
mod encodings;
mod kafka;
mod objects;
mod rows;
mod schemas;
mod support;
mod types;
