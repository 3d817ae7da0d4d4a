//! From a template's text to its pieces.

use super::{Piece, TemplateError};

/// Reads literal text and `{placeholders}`, in order.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, TemplateError> {
    if text.contains(char::is_control) {
        return Err(TemplateError::ControlCharacter);
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    loop {
        let Some(brace) = rest.find(['{', '}']) else {
            push_literal(&mut pieces, rest);
            return Ok(pieces);
        };
        let position = || 1 + text[..text.len() - rest.len() + brace].chars().count();
        let (literal, placeholder) = rest.split_at(brace);
        let Some(inner) = placeholder.strip_prefix('{') else {
            return Err(TemplateError::UnopenedBrace { position: position() });
        };
        let Some((name, after)) = inner.split_once('}').filter(|(name, _)| !name.contains('{')) else {
            return Err(TemplateError::UnclosedBrace { position: position() });
        };
        push_literal(&mut pieces, literal);
        rest = after;
        pieces.push(match name {
            "topics.dir" => {
                // A directory may be empty or hold `/`: only as a whole segment can it vanish with its `/`.
                let is_whole = literal.ends_with('/') || pieces.is_empty();
                rest = after.strip_prefix('/').filter(|_| is_whole).ok_or(TemplateError::PartialDirectory)?;
                Piece::Directory { separator: "/".to_owned() }
            }
            "cluster" => Piece::Cluster,
            "topic" => Piece::Topic,
            "path" => Piece::Path,
            "partition" => Piece::Partition,
            "offset" => Piece::Offset,
            "extension" => Piece::Extension,
            _ => return Err(TemplateError::UnknownPlaceholder { name: name.to_owned() }),
        });
    }
}

fn push_literal(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Literal(text.to_owned()));
    }
}
