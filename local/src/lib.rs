//! The workbench: what it takes to run the functions on one computer.
//!
//! [`s3`] is an S3 server over a folder, and [`lambda`] runs a function's binary as Lambda would.

pub mod lambda;
pub mod s3;
