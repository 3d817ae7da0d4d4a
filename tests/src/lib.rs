//! Real servers for the end-to-end tests, and what the tests do with them.
//!
//! Every server listens on a free port of loopback, keeps its data in a folder of its own below `.tools/run`,
//! and dies with the value that stands for it or with the test process, whichever ends first.
//!
//! What is missing makes a test fail with a sentence that says how to get it; see [`tools`].

pub mod apicurio;
pub mod base64;
pub mod certificates;
pub mod cluster;
pub mod connect;
pub mod damage;
pub mod embedded;
pub mod faulty;
mod http;
pub mod invoke_api;
pub mod kafka;
pub mod listing;
pub mod ministack;
pub mod moto;
pub mod mysql;
pub mod peers;
pub mod poller;
pub mod process;
pub mod records;
pub mod registry;
pub mod s3;
pub mod secure_kafka;
pub mod server;
pub mod sink;
pub mod sts;
pub mod supervised;
pub mod tls;
pub mod tools;
pub mod versitygw;
