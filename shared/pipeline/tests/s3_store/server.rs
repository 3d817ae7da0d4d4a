//! A server on loopback that answers as it is told, and remembers what it was asked.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the server was asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query, as they came.
    pub(crate) target: String,
    /// By their names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    /// Empty where the server did not read it.
    pub(crate) body: Vec<u8>,
}

impl Request {
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no header {name} in {:?}", self.headers))
    }

    fn content_length(&self) -> usize {
        self.headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)
    }
}

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Reads the body, then answers.
    Respond { status: u16, headers: Vec<(&'static str, String)>, body: String },
    /// Answers without a look at the body, and hangs up.
    RespondEarly { status: u16, body: String },
    /// Reads the request and hangs up.
    HangUp,
    /// Reads the request and never answers.
    KeepWaiting,
}

impl Answer {
    /// An answer without headers or body.
    pub(crate) fn status(status: u16) -> Self {
        Self::Respond { status, headers: Vec::new(), body: String::new() }
    }

    /// An error as S3 writes it.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        let body = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        Self::Respond { status, headers: vec![("content-type", "application/xml".to_owned())], body }
    }
}

/// The server; it ends with the test's runtime.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (answer, seen) = (Arc::new(answer), Arc::clone(&requests));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
                tokio::spawn(async move {
                    // A client that goes away is part of the tests.
                    let _ = serve(stream, &*answer, &seen).await;
                });
            }
        });
        Self { url, requests }
    }

    /// A server that says the same to everyone.
    pub(crate) async fn saying(answer: Answer) -> Self {
        Self::start(move |_| answer.clone()).await
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no panic in the server").clone()
    }

    /// The one request that there was.
    #[track_caller]
    pub(crate) fn request(&self) -> Request {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.remove(0)
    }
}

async fn serve(
    mut stream: TcpStream,
    answer: &(impl Fn(&Request) -> Answer + Sync),
    seen: &Mutex<Vec<Request>>,
) -> io::Result<()> {
    let mut buffer = Vec::new();
    while let Some(mut request) = read_head(&mut stream, &mut buffer).await? {
        let answer = answer(&request);
        if !matches!(answer, Answer::RespondEarly { .. }) {
            if request.headers.contains_key("expect") {
                stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
            }
            while buffer.len() < request.content_length() {
                if stream.read_buf(&mut buffer).await? == 0 {
                    return Ok(());
                }
            }
            request.body = buffer.drain(..request.content_length()).collect();
        }
        let is_head = request.method == "HEAD";
        seen.lock().expect("no panic in the test").push(request);
        match answer {
            Answer::Respond { status, headers, body } => {
                let body = if is_head { "" } else { &*body };
                stream.write_all(response(status, &headers, body).as_bytes()).await?;
            }
            Answer::RespondEarly { status, body } => {
                let close = [("connection", "close".to_owned())];
                return stream.write_all(response(status, &close, &body).as_bytes()).await;
            }
            Answer::HangUp => return Ok(()),
            Answer::KeepWaiting => std::future::pending().await,
        }
    }
    Ok(())
}

fn response(status: u16, headers: &[(&str, String)], body: &str) -> String {
    let mut response = format!("HTTP/1.1 {status} It\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        response.push_str(&format!("{name}: {value}\r\n"));
    }
    response + "\r\n" + body
}

/// Reads up to the end of the headers; what comes after stays in the buffer.
async fn read_head(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<Request>> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8(buffer.drain(..end + 4).collect()).map_err(io::Error::other)?;
    let mut lines = head.trim_end().lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let mut next = || first.next().unwrap_or_default().to_owned();
    let (method, target) = (next(), next());
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    Ok(Some(Request { method, target, headers, body: Vec::new() }))
}
