//! Over values that nobody asks for.

use super::{cursor::Cursor, cursor::Parsed, text};

impl Cursor<'_> {
    /// Steps over a value of any kind, which must be valid JSON.
    ///
    /// The brackets that are open wait in a list, not on the stack: no depth of nesting is too deep.
    pub(super) fn skip_value(&mut self) -> Parsed<()> {
        let mut open = Vec::new();
        loop {
            self.white_space();
            match self.peek() {
                Some(b'{') => {
                    if self.open_object("", "")? {
                        open.push(b'}');
                        self.member_name()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    if self.open_array("", "")? {
                        open.push(b']');
                        continue;
                    }
                }
                _ => self.skip_scalar()?,
            }
            loop {
                let more = match open.last() {
                    None => return Ok(()),
                    Some(b'}') => self.next_member()? && self.member_name().map(|_| true)?,
                    Some(_) => self.next_element()?,
                };
                if more {
                    break;
                }
                open.pop();
            }
        }
    }

    fn skip_scalar(&mut self) -> Parsed<()> {
        match self.peek() {
            Some(b'"') => text::check(self.raw_text()?),
            Some(b'-' | b'0'..=b'9') => self.skip_number(),
            _ if self.take(b"null") || self.take(b"true") || self.take(b"false") => Ok(()),
            _ => Err(self.expected("a value")),
        }
    }

    fn skip_number(&mut self) -> Parsed<()> {
        self.take(b"-");
        // A zero stands alone.
        if !self.take(b"0") {
            self.skip_digits()?;
        }
        if self.take(b".") {
            self.skip_digits()?;
        }
        if self.take(b"e") || self.take(b"E") {
            let _ = self.take(b"+") || self.take(b"-");
            self.skip_digits()?;
        }
        Ok(())
    }

    fn skip_digits(&mut self) -> Parsed<()> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.expected("a digit"));
        }
        while let Some(b'0'..=b'9') = self.peek() {
            self.advance(1);
        }
        Ok(())
    }
}
