//! The delivery protocol, branch by branch: what is asked, what is written, what is refused.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail as tests do")]

mod contract;
mod redelivery;
mod refusal;
mod retry;
mod scattered;
mod script;
