//! What an event says that is delivered again by hand, and not by a mapping.

/// How records are to be taken that are delivered again after the mapping is done with them.
///
/// No mapping sends this: whoever replays an event puts it there ([`Replay::ask`]), and the answer then tells what
/// became of the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// `batch`: a batch that the mapping gave up. It is one more try of it, with the same groups.
    Batch,
    /// `records`: records out of quarantine. Each is a group of its own, because how many of them are good by now
    /// may differ from replay to replay; and what is still bad is named in the answer, for it is in quarantine.
    Records,
}

impl Replay {
    /// The member of the event.
    pub(super) const MEMBER: &'static str = "landfallReplay";

    /// The member's value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Batch => "batch",
            Self::Records => "records",
        }
    }

    pub(super) fn of(text: &str) -> Option<Self> {
        [Self::Batch, Self::Records].into_iter().find(|replay| replay.as_str() == text)
    }

    /// By how many bytes [`Replay::ask`] makes an event longer, at most.
    pub fn overhead(self) -> usize {
        Self::MEMBER.len() + self.as_str().len() + r#""":"","#.len()
    }

    /// The same event with the member in it; none where it is no object with members.
    pub fn ask(self, event: &[u8]) -> Option<Vec<u8>> {
        let rest = event.trim_ascii_start().strip_prefix(b"{")?;
        let member = format!("{{\"{}\":\"{}\",", Self::MEMBER, self.as_str());
        rest.trim_ascii_start().starts_with(b"\"").then(|| [member.as_bytes(), rest].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::parse;

    const EVENT: &str = r#" { "eventSource":"SelfManagedKafka","records":{"t-0":[{"offset":5}]}}"#;

    #[test]
    fn an_event_that_asks_is_the_same_batch() {
        let plain = parse(EVENT.as_bytes()).unwrap();
        assert_eq!(plain.replay(), None);
        for replay in [Replay::Batch, Replay::Records] {
            let asking = replay.ask(EVENT.as_bytes()).unwrap();
            assert!(asking.len() <= EVENT.len() + replay.overhead());
            let batch = parse(&asking).unwrap();
            assert_eq!(batch.replay(), Some(replay));
            let offsets =
                |batch: &crate::Batch| batch.records().map(crate::Record::offset).collect::<Vec<_>>();
            assert_eq!(offsets(&batch), offsets(&plain));
        }
    }

    #[test]
    fn what_is_no_event_cannot_ask() {
        for event in ["", "{}", "[]", "null", "{ }", "text"] {
            assert_eq!(Replay::Batch.ask(event.as_bytes()), None, "{event}");
        }
    }

    #[test]
    fn another_word_is_refused() {
        let refused =
            |member: &str| parse(EVENT.replacen('{', member, 1).as_bytes()).unwrap_err().to_string();
        assert_eq!(
            refused(r#"{"landfallReplay":"twice","#),
            "expected `landfallReplay` to be batch or records at byte 19"
        );
        assert_eq!(
            refused(r#"{"landfallReplay":"batch","landfallReplay":"batch","#),
            "`landfallReplay` stands twice in one object, again at byte 44"
        );
    }
}
