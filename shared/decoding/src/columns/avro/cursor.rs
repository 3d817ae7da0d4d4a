//! Reading Avro's binary encoding.

use super::flaw::{Checked, Flaw};

/// How many items that take no byte, such as nulls, a value may have: a few bytes can claim billions of them.
const MAX_EMPTY_ITEMS: usize = 10_000;

/// How many records may stand in one another where a type contains itself.
const MAX_DEPTH: usize = 500;

/// A place in a value.
#[derive(Debug)]
pub(super) struct Cursor<'p> {
    rest: &'p [u8],
    length: usize,
    items_left: usize,
    depth: usize,
}

impl<'p> Cursor<'p> {
    pub(super) fn new(value: &'p [u8]) -> Self {
        let items_left = value.len().saturating_add(MAX_EMPTY_ITEMS);
        Self { rest: value, length: value.len(), items_left, depth: 0 }
    }

    /// How many bytes have been read.
    pub(super) fn position(&self) -> usize {
        self.length - self.rest.len()
    }

    /// How many bytes have not been read.
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    #[inline]
    pub(super) fn take(&mut self, count: usize) -> Checked<&'p [u8]> {
        let Some((taken, rest)) = self.rest.split_at_checked(count) else {
            return Err(Flaw::new("ends before it is complete"));
        };
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    pub(super) fn long(&mut self) -> Checked<i64> {
        let varint = match self.rest {
            [byte @ ..0x80, rest @ ..] => {
                self.rest = rest;
                u64::from(*byte)
            }
            _ => self.long_varint()?,
        };
        Ok((varint >> 1).cast_signed() ^ -(varint & 1).cast_signed())
    }

    fn long_varint(&mut self) -> Checked<u64> {
        let mut varint = 0;
        for (index, &byte) in self.rest.iter().take(10).enumerate() {
            // The tenth byte holds the last of 64 bits.
            if index == 9 && byte > 1 {
                break;
            }
            varint |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.rest = &self.rest[index + 1..];
                return Ok(varint);
            }
        }
        let is_cut = self.rest.len() < 10;
        Err(Flaw::new(if is_cut {
            "ends before it is complete"
        } else {
            "has a number of more than 64 bits"
        }))
    }

    #[inline]
    pub(super) fn int(&mut self) -> Checked<i32> {
        i32::try_from(self.long()?).map_err(|_| Flaw::new("has a number of more than 32 bits"))
    }

    #[inline]
    pub(super) fn boolean(&mut self) -> Checked<bool> {
        match self.take(1)? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(Flaw::new("is neither true nor false")),
        }
    }

    #[inline]
    pub(super) fn bytes(&mut self) -> Checked<&'p [u8]> {
        let length = usize::try_from(self.long()?).map_err(|_| Flaw::new("has a length below zero"))?;
        self.take(length)
    }

    /// Reads a text that nobody looks at.
    #[inline]
    pub(super) fn skip_text(&mut self) -> Checked {
        let bytes = self.bytes()?;
        // Most texts are short and of ASCII, for which this takes a fifth of the time.
        if bytes.is_ascii() || simdutf8::basic::from_utf8(bytes).is_ok() {
            return Ok(());
        }
        Err(not_utf8())
    }

    #[inline]
    pub(super) fn text(&mut self) -> Checked<&'p str> {
        simdutf8::basic::from_utf8(self.bytes()?).map_err(|_| not_utf8())
    }

    /// A number of one of so many branches or symbols.
    #[inline]
    pub(super) fn index(&mut self, count: usize) -> Checked<usize> {
        let index = usize::try_from(self.long()?).ok().filter(|index| *index < count);
        index.ok_or_else(|| Flaw::new(format!("has a number that is none of its type's {count} choices")))
    }

    /// Reads what an array or a map holds, item by item.
    pub(super) fn items(&mut self, mut read: impl FnMut(&mut Self) -> Checked) -> Checked {
        loop {
            let count = self.long()?;
            if count == 0 {
                return Ok(());
            }
            if count < 0 && self.long()? < 0 {
                return Err(Flaw::new("has a block whose size is below zero"));
            }
            let count = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
            self.items_left = self.items_left.checked_sub(count).ok_or_else(|| {
                Flaw::new("has more items than its bytes can hold, or too many that take no byte")
            })?;
            for _ in 0..count {
                read(self)?;
            }
        }
    }

    /// Reads a record of a type that contains itself.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Checked<T>) -> Checked<T> {
        if self.depth == MAX_DEPTH {
            return Err(Flaw::new(format!("contains itself more than {MAX_DEPTH} levels deep")));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }
}

fn not_utf8() -> Box<Flaw> {
    Flaw::new("is not valid UTF-8")
}
