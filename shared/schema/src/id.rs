//! What a schema is called.

use crate::Wire;
use std::fmt;

/// What a registry calls a schema; it never means another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchemaId {
    /// A number of a Confluent-compatible registry.
    Number(u32),
    /// A GUID of a Confluent-compatible registry.
    Guid([u8; 16]),
    /// The UUID of a schema version in Glue.
    Glue([u8; 16]),
}

impl SchemaId {
    /// Reads an id as Lambda's registry integration and people write it: a number or a GUID for Confluent's
    /// registries, a UUID for Glue's.
    pub fn parse(text: &str, wire: Wire) -> Option<Self> {
        match wire {
            Wire::Confluent if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                Self::number(text.parse().ok()?)
            }
            Wire::Confluent => uuid(text).map(Self::Guid),
            Wire::Glue => uuid(text).map(Self::Glue),
        }
    }

    /// The id of this number, where a registry may have given it: theirs are `int32` and not negative.
    ///
    /// A registry says of a larger one that there is no such *path*, which is what a wrong URL looks like too.
    pub(crate) fn number(number: u32) -> Option<Self> {
        i32::try_from(number).is_ok().then_some(Self::Number(number))
    }
}

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Guid(bytes) | Self::Glue(bytes) => {
                for (index, byte) in bytes.iter().enumerate() {
                    if matches!(index, 4 | 6 | 8 | 10) {
                        f.write_str("-")?;
                    }
                    write!(f, "{byte:02x}")?;
                }
                Ok(())
            }
        }
    }
}

/// Reads `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
fn uuid(text: &str) -> Option<[u8; 16]> {
    let groups: Vec<&str> = text.split('-').collect();
    if !groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) {
        return None;
    }
    let digits = groups.concat();
    let mut digits = digits.chars().map(|digit| digit.to_digit(16));
    let mut bytes = [0; 16];
    for byte in &mut bytes {
        let (high, low) = (digits.next()??, digits.next()??);
        *byte = (high << 4 | low) as u8;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wire: Wire, expected: Option<SchemaId>) {
        assert_eq!(SchemaId::parse(text, wire), expected);
        if let Some(id) = expected {
            assert_eq!(id.to_string(), text.to_ascii_lowercase());
        }
    }

    const UUID: &str = "89791762-2336-4186-9674-299b90a802e2";
    const BYTES: [u8; 16] =
        [0x89, 0x79, 0x17, 0x62, 0x23, 0x36, 0x41, 0x86, 0x96, 0x74, 0x29, 0x9b, 0x90, 0xa8, 0x02, 0xe2];

    #[test]
    fn numbers_and_guids_are_confluent_ids() {
        check("0", Wire::Confluent, Some(SchemaId::Number(0)));
        check("2147483647", Wire::Confluent, Some(SchemaId::Number(2_147_483_647)));
        check(UUID, Wire::Confluent, Some(SchemaId::Guid(BYTES)));
        check(&UUID.to_ascii_uppercase(), Wire::Confluent, Some(SchemaId::Guid(BYTES)));
    }

    #[test]
    fn uuids_are_glue_ids() {
        check(UUID, Wire::Glue, Some(SchemaId::Glue(BYTES)));
        check("7", Wire::Glue, None);
    }

    #[test]
    fn other_text_is_no_id() {
        for text in [
            "",
            "-1",
            "+1",
            " 1",
            "1.0",
            "2147483648",
            "99999999999999999999",
            "8979176223364186967429 9b90a802e2",
            "89791762233641869674299b90a802e2",
            "89791762-2336-4186-9674-299b90a802eg",
            "89791762-2336-4186-9674-299b90a802e2-",
            "8979176-22336-4186-9674-299b90a802e2",
            "89791762-2336-4186-9674-299b90a802\u{e9}",
        ] {
            check(text, Wire::Confluent, None);
            check(text, Wire::Glue, None);
        }
    }
}
