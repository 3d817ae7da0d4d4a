//! What the tests of this module share.

mod accepted;
mod contents;
mod refused;
