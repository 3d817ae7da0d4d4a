//! The time zone of a path's date and time.

use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use std::sync::LazyLock;

/// A time zone is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a time zone of the IANA database or an offset, such as `UTC`, `Asia/Seoul` or `+09:00`")]
pub struct TimeZoneError;

/// Reads a time zone as Joda's `DateTimeZone.forID` does: a name of the IANA database, also an old one such
/// as `US/Pacific`, or `UTC` or `Z`, or an offset such as `+09:00`, `-0330` or `UTC+09:00`.
///
/// Names come from the database that is compiled in, never from the machine's: the same record must get the
/// same path everywhere.
///
/// # Errors
///
/// Where the text is none of these.
pub fn parse_time_zone(text: &str) -> Result<TimeZone, TimeZoneError> {
    // One copy, for zones are parsed when they are first asked for.
    static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

    match text {
        "UTC" | "UT" | "Z" => return Ok(TimeZone::UTC),
        // Jiff's own name for "not known", which counts as UTC.
        "Etc/Unknown" => return Err(TimeZoneError),
        _ => {}
    }
    if let Some(offset) = parse_offset(text) {
        return Ok(if offset.is_zero() { TimeZone::UTC } else { TimeZone::fixed(offset) });
    }
    DATABASE.get(text).map_err(|_| TimeZoneError)
}

/// Reads `±hh`, `±hh:mm`, `±hhmm` and their seconds, also behind `UTC`, `GMT` or `UT`.
fn parse_offset(text: &str) -> Option<Offset> {
    let text = ["UTC", "GMT", "UT"].iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
    let (sign, digits) = match text.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, text.strip_prefix('-')?),
    };
    let seconds = crate::iso8601::parse_offset_seconds(digits)?;
    Offset::from_seconds(sign * seconds).ok()
}

#[cfg(test)]
mod tests;
