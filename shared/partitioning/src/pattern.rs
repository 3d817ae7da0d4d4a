//! `path.format`: Joda-Time's patterns.

/// A parsed `path.format`.
#[derive(Debug, Clone)]
pub struct PathFormat {}

/// Why a pattern is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathFormatError {}
