//! Names that must not repeat.

use std::hash::{BuildHasher as _, RandomState};

/// A random identifier in the form of a UUID, as Lambda gives each invocation one.
pub(crate) fn request_id() -> String {
    // The standard library keys its hashers with the system's random numbers; for a name that is enough.
    let [a, b] = [0_u8, 1].map(|half| RandomState::new().hash_one(half));
    let hex = format!("{a:016x}{b:016x}");
    // Version 4, variant 1.
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_has_the_form_of_a_uuid_and_does_not_repeat() {
        let id = request_id();
        let lengths: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
        assert_ne!(id, request_id());
    }
}
