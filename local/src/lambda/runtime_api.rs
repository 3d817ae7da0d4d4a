//! The HTTP side of an environment: what the function's runtime talks to.

use super::MAX_PAYLOAD_BYTES;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};
use tokio::task::{JoinHandle, JoinSet};

/// Where the calls live; the version has not changed since the API began.
const BASE: &str = "/2018-06-01/runtime/";

/// A Runtime API for one process; closes all connections when dropped.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    address: SocketAddr,
    events: mpsc::Sender<Invocation>,
    said: mpsc::Receiver<Said>,
    server: JoinHandle<()>,
}

/// An event on its way to the function.
#[derive(Debug)]
pub(crate) struct Invocation {
    pub(crate) request_id: String,
    pub(crate) event: Bytes,
    /// When the function will be killed, in milliseconds since 1970-01-01T00:00:00Z.
    pub(crate) deadline_ms: i64,
    pub(crate) function_arn: String,
}

/// What the function's runtime said.
#[derive(Debug)]
pub(crate) enum Said {
    /// It waits for an event.
    Ready,
    /// It could not start.
    InitError(ReportedError),
    /// The answer to the invocation in flight.
    Answer(Bytes),
    /// It answered with more than Lambda takes.
    AnswerTooLarge,
    /// The invocation in flight failed.
    Error(ReportedError),
}

/// An error as runtimes report it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ReportedError {
    pub(crate) error_type: String,
    pub(crate) error_message: String,
}

struct Shared {
    events: Mutex<mpsc::Receiver<Invocation>>,
    said: mpsc::Sender<Said>,
    /// The request id of the invocation that the function has and hasn't answered.
    in_flight: StdMutex<Option<String>>,
}

impl RuntimeApi {
    /// Listens on a free port of loopback.
    pub(crate) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (events, taken) = mpsc::channel(1);
        // Ready, one answer, and Ready again: more can't be said between two invocations.
        let (said, heard) = mpsc::channel(4);
        let shared = Arc::new(Shared { events: Mutex::new(taken), said, in_flight: StdMutex::default() });
        let server = tokio::spawn(serve(listener, shared));
        Ok(Self { address, events, said: heard, server })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Hands an event to the function when it asks for one.
    pub(crate) async fn send(&self, invocation: Invocation) {
        // The receiver lives as long as the server task, which we hold.
        let _ = self.events.send(invocation).await;
    }

    /// Waits for the next thing that the function says.
    pub(crate) async fn said(&mut self) -> Said {
        match self.said.recv().await {
            Some(said) => said,
            // The server task ends with us only; if it ever panicked, a timeout ends the wait.
            None => std::future::pending().await,
        }
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        let shared = Arc::clone(&shared);
        let calls = service_fn(move |request| {
            let shared = Arc::clone(&shared);
            async move { Ok::<_, Infallible>(answer(&shared, request).await) }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), calls);
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "the function hung up");
            }
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(shared: &Shared, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let Some(call) = head.uri.path().strip_prefix(BASE) else {
        return refusal(StatusCode::NOT_FOUND, "UnknownPath");
    };
    let segments: Vec<&str> = call.split('/').collect();
    match (&head.method, segments.as_slice()) {
        (&Method::GET, ["invocation", "next"]) => next(shared).await,
        (&Method::POST, ["invocation", id, "response"]) => match read(body).await {
            Body::Whole(_) | Body::TooLarge if !shared.ends(id) => unknown_request(),
            Body::Whole(bytes) => accepted(shared, Said::Answer(bytes)).await,
            Body::TooLarge => {
                let _ = shared.said.send(Said::AnswerTooLarge).await;
                refusal(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge")
            }
            Body::Broken => refusal(StatusCode::BAD_REQUEST, "BrokenBody"),
        },
        (&Method::POST, ["invocation", id, "error"]) => {
            let error = reported(&head.headers, read(body).await);
            if !shared.ends(id) {
                return unknown_request();
            }
            accepted(shared, Said::Error(error)).await
        }
        (&Method::POST, ["init", "error"]) => {
            let error = reported(&head.headers, read(body).await);
            accepted(shared, Said::InitError(error)).await
        }
        _ => refusal(StatusCode::NOT_FOUND, "UnknownPath"),
    }
}

async fn next(shared: &Shared) -> Response<Full<Bytes>> {
    let _ = shared.said.send(Said::Ready).await;
    // If the function dies while it waits, hyper drops this call: the event stays in the channel.
    let Some(invocation) = shared.events.lock().await.recv().await else {
        return refusal(StatusCode::INTERNAL_SERVER_ERROR, "ShuttingDown");
    };
    *shared.in_flight() = Some(invocation.request_id.clone());
    let trace = trace_id(&invocation.request_id, invocation.deadline_ms);
    let response = Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", &invocation.request_id)
        .header("lambda-runtime-deadline-ms", invocation.deadline_ms)
        .header("lambda-runtime-invoked-function-arn", &invocation.function_arn)
        .header("lambda-runtime-trace-id", trace)
        .body(Full::new(invocation.event));
    response.unwrap_or_else(|error| {
        tracing::error!(%error, "the function's name cannot stand in a header");
        refusal(StatusCode::INTERNAL_SERVER_ERROR, "InvalidHeader")
    })
}

impl Shared {
    fn in_flight(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this ends the invocation in flight. Nothing ends twice.
    fn ends(&self, request_id: &str) -> bool {
        self.in_flight().take_if(|id| id == request_id).is_some()
    }
}

enum Body {
    Whole(Bytes),
    TooLarge,
    Broken,
}

async fn read(body: Incoming) -> Body {
    match Limited::new(body, MAX_PAYLOAD_BYTES).collect().await {
        Ok(body) => Body::Whole(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Body::TooLarge,
        Err(_) => Body::Broken,
    }
}

/// Reads an error report; what cannot be read is still an error.
fn reported(headers: &HeaderMap, body: Body) -> ReportedError {
    let mut error: ReportedError = match body {
        Body::Whole(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|_| ReportedError {
            error_message: String::from_utf8_lossy(&bytes).into_owned(),
            ..ReportedError::default()
        }),
        Body::TooLarge | Body::Broken => ReportedError::default(),
    };
    if error.error_type.is_empty() {
        let header = headers.get("lambda-runtime-function-error-type");
        let header = header.and_then(|value| value.to_str().ok());
        error.error_type = header.unwrap_or("Runtime.Unknown").to_owned();
    }
    error
}

/// A trace header of the right form; functions that Kafka invokes are not traced.
fn trace_id(request_id: &str, deadline_ms: i64) -> String {
    let hex: String = request_id.chars().filter(char::is_ascii_hexdigit).collect();
    let seconds = deadline_ms / 1000;
    format!("Root=1-{seconds:08x}-{};Parent={};Sampled=0", &hex[..24], &hex[16..])
}

async fn accepted(shared: &Shared, said: Said) -> Response<Full<Bytes>> {
    let _ = shared.said.send(said).await;
    let mut response = Response::new(Full::new(Bytes::from_static(b"{\"status\":\"OK\"}\n")));
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

fn unknown_request() -> Response<Full<Bytes>> {
    refusal(StatusCode::BAD_REQUEST, "InvalidRequestID")
}

fn refusal(status: StatusCode, error_type: &'static str) -> Response<Full<Bytes>> {
    let body = format!("{{\"errorType\":\"{error_type}\",\"errorMessage\":\"\"}}\n");
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response
}
