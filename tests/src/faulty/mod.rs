//! An S3 server that fails: a proxy in front of one that works.
//!
//! What goes wrong is decided per request by a [`Plan`], before or after the real server has done its work; so a
//! client sees errors of which some took effect. What took effect is counted, by key.

mod fault;
mod proxy;

pub use fault::{Asked, Fault, Plan};
pub use proxy::FaultyS3;
