//! How a key is composed.

/// A parsed `object.key.template`.
#[derive(Debug, Clone)]
pub struct KeyTemplate {}

/// Why a template is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {}
