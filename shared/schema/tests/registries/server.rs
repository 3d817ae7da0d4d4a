//! A server on loopback that answers as it is told, and remembers what it was asked.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// What the server was asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Path and query, as they came.
    pub(crate) target: String,
    /// By their names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Respond {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Says that there is more than there comes, and hangs up.
    BreakOff {
        body: String,
    },
    HangUp,
    KeepWaiting,
}

impl Answer {
    pub(crate) fn json(status: u16, body: impl Into<String>) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self::Respond { status, headers, body: body.into() }
    }

    /// An error as a registry writes it.
    pub(crate) fn problem(status: u16, error_code: u32, message: &str) -> Self {
        Self::json(status, format!(r#"{{"error_code":{error_code},"message":"{message}"}}"#))
    }

    pub(crate) fn html(status: u16) -> Self {
        let headers = vec![("content-type", "text/html".to_owned())];
        Self::Respond { status, headers, body: "<html>It works!</html>".to_owned() }
    }

    pub(crate) fn redirect(location: String) -> Self {
        Self::Respond { status: 302, headers: vec![("location", location)], body: String::new() }
    }

    /// A schema of the type `int`, which says who told it.
    pub(crate) fn schema(doc: &str) -> Self {
        let schema = serde_json::json!({"type": "int", "doc": doc}).to_string();
        Self::json(200, serde_json::json!({ "schema": schema }).to_string())
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
        Self::listen(None, answer).await
    }

    /// A server that says the same to everyone.
    pub(crate) async fn saying(answer: Answer) -> Self {
        Self::start(move |_| answer.clone()).await
    }

    /// A server that speaks TLS where it is told how.
    pub(crate) async fn listen(
        tls: Option<TlsAcceptor>,
        answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (answer, seen) = (Arc::new(answer), Arc::clone(&requests));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, seen, tls) = (Arc::clone(&answer), Arc::clone(&seen), tls.clone());
                tokio::spawn(async move {
                    // A client that goes away is part of the tests.
                    let _ = match tls {
                        None => serve(stream, &*answer, &seen).await,
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => serve(stream, &*answer, &seen).await,
                            Err(error) => Err(error),
                        },
                    };
                });
            }
        });
        Self { url, requests }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no panic in the server").clone()
    }

    /// Paths and queries, in the order in which they were asked for.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.target).collect()
    }
}

/// A URL where nobody listens.
pub(crate) async fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: &(impl Fn(&Request) -> Answer + Sync),
    seen: &Mutex<Vec<Request>>,
) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await? {
        let answer = answer(&request);
        seen.lock().expect("no panic in the test").push(request);
        let response = match answer {
            Answer::Respond { status, headers, body } => response(status, &headers, body.len(), &body),
            Answer::BreakOff { body } => {
                let response = response(200, &[], body.len() + 10, &body);
                return stream.write_all(response.as_bytes()).await;
            }
            Answer::HangUp => return Ok(()),
            Answer::KeepWaiting => std::future::pending().await,
        };
        stream.write_all(response.as_bytes()).await?;
        stream.flush().await?;
    }
    Ok(())
}

fn response(status: u16, headers: &[(&str, String)], length: usize, body: &str) -> String {
    let mut response = format!("HTTP/1.1 {status} It\r\ncontent-length: {length}\r\n");
    for (name, value) in headers {
        response.push_str(&format!("{name}: {value}\r\n"));
    }
    response + "\r\n" + body
}

/// Reads a request, or none where the client has hung up.
async fn read<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> io::Result<Option<Request>> {
    let mut first = String::new();
    if stream.read_line(&mut first).await? == 0 {
        return Ok(None);
    }
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().expect("a length"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let target = first.split(' ').nth(1).unwrap_or_default().to_owned();
    Ok(Some(Request { target, headers, body: String::from_utf8(body).expect("UTF-8") }))
}
