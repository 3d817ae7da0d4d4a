//! The function's side of the Runtime API, as small as can be.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// One call of the Runtime API: the answer's head and body.
pub(crate) fn call(api: &str, method: &str, path: &str, body: &str) -> (String, String) {
    let mut connection = TcpStream::connect(api).unwrap();
    let length = body.len();
    let head = format!(
        "{method} /2018-06-01/runtime/{path} HTTP/1.1\r\nhost: {api}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).unwrap();
    // An answer that is too long is refused before it was read.
    let _ = connection.write_all(body.as_bytes());
    let mut answer = Vec::new();
    let _ = connection.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    (head.to_owned(), body.to_owned())
}

/// The value of a header.
pub(crate) fn header(head: &str, name: &str) -> String {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(header, _)| *header == name).map(|(_, value)| value.to_owned()).next().unwrap()
}
