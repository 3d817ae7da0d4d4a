//! From a pattern's text to its elements.

use super::{Element, Field, PathFormatError};

/// Reads runs of one letter, and literal text.
pub(super) fn elements(pattern: &str) -> Result<Vec<Element>, PathFormatError> {
    let mut elements = Vec::new();
    let mut literal = String::new();
    let mut opened_at = None;
    let mut characters = pattern.chars().zip(1..).peekable();
    while let Some((character, position)) = characters.next() {
        if character == '\'' {
            if characters.next_if(|(next, _)| *next == '\'').is_some() {
                literal.push('\'');
            } else {
                opened_at = if opened_at.is_some() { None } else { Some(position) };
            }
        } else if opened_at.is_some() || !character.is_ascii_alphabetic() {
            literal.push(character);
        } else {
            let field = Field::from_letter(character)
                .ok_or(PathFormatError::UnknownLetter { letter: character, position })?;
            let mut count = 1;
            while characters.next_if(|(next, _)| *next == character).is_some() {
                count += 1;
            }
            if field == Field::ZoneAbbreviation && count > 3 {
                return Err(PathFormatError::ZoneInWords { position });
            }
            push_literal(&mut elements, &mut literal);
            elements.push(Element::Field(field, count));
        }
    }
    if let Some(position) = opened_at {
        return Err(PathFormatError::UnclosedQuote { position });
    }
    push_literal(&mut elements, &mut literal);
    Ok(elements)
}

fn push_literal(elements: &mut Vec<Element>, literal: &mut String) {
    if !literal.is_empty() {
        elements.push(Element::Literal(std::mem::take(literal)));
    }
}
