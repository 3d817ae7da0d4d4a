//! Parquet objects, read back by the library's own reader.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod compatibility;
mod encodings;
mod kafka;
mod objects;
mod rows;
mod schemas;
mod support;
mod types;
