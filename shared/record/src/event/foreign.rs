//! Events that are not Kafka's.

use super::{
    EventError,
    cursor::{Cursor, Parsed},
    parse::{EventSource, excerpt},
};

/// The error that an event is not Kafka's, if it is whole JSON and another service's or nobody's.
#[cold]
pub(super) fn refusal(event: &[u8]) -> Option<EventError> {
    let event_source = origin(&mut Cursor::new(event)).ok()?;
    let is_kafka = event_source.as_deref().is_some_and(|name| EventSource::of(name).is_some());
    (!is_kafka).then_some(EventError::NotKafka { event_source })
}

/// What an event says that it comes from.
fn origin(event: &mut Cursor<'_>) -> Parsed<Option<String>> {
    let mut origin = None;
    let mut more = event.open_object("event", "an object")?;
    while more {
        let name = event.member_name()?;
        event.white_space();
        match (name.as_ref(), event.peek()) {
            (b"eventSource", Some(b'"')) => return Ok(Some(excerpt(&event.text("eventSource", "text")?))),
            (b"eventSource", Some(b'n')) => event.skip_value()?,
            // Broken rather than another's.
            (b"eventSource", _) => return Err(event.wrong_type("eventSource", "text")),
            // EventBridge's.
            (b"source", Some(b'"')) => origin = Some(excerpt(&event.text("source", "text")?)),
            // Queues, topics, streams and buckets say it in each record.
            (b"Records", Some(b'[')) => {
                origin = first_record_origin(*event)?.or(origin);
                event.skip_value()?;
            }
            _ => event.skip_value()?,
        }
        more = event.next_member()?;
    }
    Ok(origin)
}

fn first_record_origin(mut records: Cursor<'_>) -> Parsed<Option<String>> {
    let mut more =
        records.open_array("Records", "an array")? && records.open_object("Records", "an object")?;
    while more {
        let name = records.member_name()?;
        records.white_space();
        match (name.as_ref(), records.peek()) {
            // SNS writes it with a capital.
            (b"eventSource" | b"EventSource", Some(b'"')) => {
                return Ok(Some(excerpt(&records.text("eventSource", "text")?)));
            }
            _ => records.skip_value()?,
        }
        more = records.next_member()?;
    }
    Ok(None)
}
