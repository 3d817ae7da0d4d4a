//! The subcommands, one file each.

pub(crate) mod audit;
pub(crate) mod cost;
pub(crate) mod demo;
pub(crate) mod function;
pub(crate) mod invoke;
pub(crate) mod kafka;
pub(crate) mod poll;
pub(crate) mod query;
pub(crate) mod replay;
pub(crate) mod schema;
pub(crate) mod settings;
pub(crate) mod terminal;
pub(crate) mod tree;
