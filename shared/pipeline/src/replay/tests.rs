//! A replay against a sink in this process, over objects in memory.

mod histories;
mod shelf;
mod stage;
mod steps;
