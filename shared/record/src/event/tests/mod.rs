//! What the tests of this module share.

mod accepted;
mod contents;
mod noise;
mod oracle;
mod properties;
mod refused;
mod samples;
mod wrong_types;
