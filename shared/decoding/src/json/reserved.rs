//! A name that no object may have itself.

use super::field;
use memchr::memmem;

/// A name that no object may have itself, because a member of it is to be added.
pub(super) struct Reserved<'a> {
    name: &'a str,
    finder: memmem::Finder<'a>,
}

impl<'a> Reserved<'a> {
    pub(super) fn new(name: &'a str) -> Self {
        Self { name, finder: memmem::Finder::new(name) }
    }

    /// Whether a valid JSON text is an object with this member; parses it only where that may be.
    pub(super) fn is_member_of(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        // A name can be written with escapes.
        let may_be = self.finder.find(bytes).is_some() || memchr::memchr(b'\\', bytes).is_some();
        may_be && field::has_member(text, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, is_member: bool) {
        assert_eq!(Reserved::new("_kafka").is_member_of(text), is_member);
    }

    #[test]
    fn a_member_is_found_however_its_name_is_written() {
        check(r#"{"a":1,"_kafka":null}"#, true);
        check(r#"{ "_kafka" : {} , "a":1}"#, true);
        check(r#"{"\u005fkafka":1}"#, true);
    }

    #[test]
    fn the_name_may_stand_anywhere_but_at_the_top() {
        check(r#"{"a":{"_kafka":1}}"#, false);
        check(r#"{"a":["_kafka"]}"#, false);
        check(r#"{"a":"_kafka","__kafka":1,"_kafka_":2,"_Kafka":3}"#, false);
        check(r#"[{"_kafka":1}]"#, false);
        check(r#""_kafka""#, false);
        check(r#"{"\ud800":"\\"}"#, false);
        check("{}", false);
        check("null", false);
    }
}
