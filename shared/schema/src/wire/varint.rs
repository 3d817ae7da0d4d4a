//! Numbers of variable length, as Protobuf has them.

/// Reads an unsigned number of at most 32 bits; none where the bytes end too early or it has more.
pub(super) fn read(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut number = 0_u64;
    // Five bytes of seven bits hold 32 bits.
    for (index, byte) in bytes.iter().enumerate().take(5) {
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((u32::try_from(number).ok()?, &bytes[index + 1..]));
        }
    }
    None
}

/// Reads a zig-zag number of at most 32 bits.
pub(super) fn read_signed(bytes: &[u8]) -> Option<(i32, &[u8])> {
    let (number, rest) = read(bytes)?;
    Some(((number >> 1) as i32 ^ -((number & 1) as i32), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<(u32, usize)>) {
        assert_eq!(read(bytes).map(|(number, rest)| (number, rest.len())), expected);
    }

    #[test]
    fn numbers_end_at_the_first_byte_without_a_high_bit() {
        check(&[0x00], Some((0, 0)));
        check(&[0x7f, 0xff], Some((127, 1)));
        check(&[0xac, 0x02], Some((300, 0)));
        check(&[0xff, 0xff, 0xff, 0xff, 0x0f, 0x00], Some((u32::MAX, 1)));
    }

    #[test]
    fn numbers_without_end_or_of_more_than_32_bits_are_none() {
        check(&[], None);
        check(&[0x80, 0x80], None);
        check(&[0xff, 0xff, 0xff, 0xff, 0x1f], None);
        check(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x01], None);
    }

    #[test]
    fn signed_numbers_go_to_and_fro() {
        for (byte, expected) in [(0, 0), (1, -1), (2, 1), (3, -2), (4, 2)] {
            assert_eq!(read_signed(&[byte]), Some((expected, &[][..])));
        }
        assert_eq!(read_signed(&[0xff, 0xff, 0xff, 0xff, 0x0f]), Some((i32::MIN, &[][..])));
        assert_eq!(read_signed(&[0xfe, 0xff, 0xff, 0xff, 0x0f]), Some((i32::MAX, &[][..])));
    }
}
