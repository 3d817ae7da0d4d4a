//! Bytes in JSON.

use base64_simd::STANDARD;

/// Writes bytes in base64.
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode_to_string(bytes)
}

/// Reads bytes from base64.
///
/// # Panics
///
/// When it is none.
pub fn decode(text: &str) -> Vec<u8> {
    STANDARD.decode_to_vec(text).expect("the text is base64")
}
