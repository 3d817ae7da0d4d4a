//! The workbench: what it takes to run the functions on one computer.
//!
//! [`s3`] is an S3 server over a folder, [`registry`] a schema registry in memory, [`lambda`] runs a
//! function's binary as Lambda would, and [`kafka`] and [`poll`] hand it the records of a topic as an event
//! source mapping would.
//! [`audit`] proves that nothing was lost.
//! The command `landfall` and the end-to-end tests are made of these parts.

pub mod audit;
mod connections;
pub mod cost;
pub mod filter;
pub mod kafka;
pub mod lambda;
pub mod mapping;
pub mod poll;
pub mod registry;
pub mod s3;
pub mod template;
