//! What was given up comes in again: on-failure records of a mapping, and quarantine.
//!
//! [`survey`] lists objects and says of each what it holds; a [`Replay`] hands the records to a function and, only
//! after the function has accounted for every one of them, moves the object away.
//!
//! It is safe to do twice, to break off anywhere, and to do side by side:
//!
//! * An on-failure record is one more try of its batch, and the delivery protocol is made for those.
//! * Records out of quarantine are delivered each as a group of its own ([`record::event::Replay::Records`]), so that an
//!   object depends on nothing but its record. As long as the settings that place records stay the same, that makes
//!   one object, whichever of the others are good by then.
//! * The function's answer says which records are still bad. Nothing but the answer does: their quarantine object
//!   stands where it would be written again.
//! * An object is copied to its `done` key before it is deleted. In between it is there twice, and the next replay
//!   finds every record of it delivered.
//!
//! What breaks it: settings that place records (partitioner, directories, template) that change between two replays
//! of an object of which some records have landed and others not; a record that stood in quarantine and in data
//! before, because one try of its batch knew a schema and another did not; and a replay of records whose batch the
//! mapping still delivers, for then that batch finds its groups without them and fails (`NotCovered`).

mod contents;
mod function;
mod invoke;
mod lanes;
mod objects;
mod run;
mod survey;
#[cfg(test)]
mod tests;

pub use function::LambdaFunction;
pub use invoke::{Invoke, InvokeFailure};
pub use objects::Objects;
pub use run::{Outcome, Replay, ReplayError, Summary, Tally};
pub use survey::{Candidate, Extent, Keys, Kind, Selection, Survey, Unreadable, survey};
