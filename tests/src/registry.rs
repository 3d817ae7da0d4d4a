//! A schema registry that fails, or asks for credentials: a proxy in front of one that does neither.

use crate::apicurio::API;
use crate::base64;
use crate::http::{self, HttpServer};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response, StatusCode};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A running proxy; ends when dropped.
#[derive(Debug)]
pub struct RegistryProxy {
    server: HttpServer,
    state: Arc<Mutex<State>>,
}

/// A request, as far as a plan looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Path and query below the API's own, such as `/schemas/ids/5`.
    pub path: &'a str,
    /// The header `Authorization`.
    pub authorization: Option<&'a str>,
    /// How many requests there were before.
    pub earlier: usize,
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaction {
    /// The real registry answers.
    Pass,
    /// The real registry answers after this time.
    PassAfter(Duration),
    /// The real registry answers another path, below the API's own.
    PassAs(String),
    /// This status and body, and the real registry has heard nothing.
    Answer(u16, &'static str),
    /// The connection ends without an answer.
    HangUp,
}

struct State {
    react: Box<dyn Fn(Asked<'_>) -> Reaction + Send>,
    /// The paths that were asked for, in order.
    asked: Vec<String>,
}

impl RegistryProxy {
    /// Starts in front of the registry that listens at `endpoint`, an `http` URL of loopback without a path.
    pub async fn start(endpoint: &str, react: impl Fn(Asked<'_>) -> Reaction + Send + 'static) -> Self {
        Self::start_at(http::LOOPBACK, endpoint, react).await
    }

    /// The same at an address that was another's before.
    pub async fn start_at(
        address: SocketAddr,
        endpoint: &str,
        react: impl Fn(Asked<'_>) -> Reaction + Send + 'static,
    ) -> Self {
        let upstream = http::address(endpoint);
        let state = Arc::new(Mutex::new(State { react: Box::new(react), asked: Vec::new() }));
        let shared = Arc::clone(&state);
        let server =
            HttpServer::start_at(address, move |request| answer(request, upstream, Arc::clone(&shared)))
                .await;
        Self { server, state }
    }

    /// What a client is told: `schema.registry.url`.
    pub fn url(&self) -> String {
        format!("{}{API}", self.server.url())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Lets another plan decide from now on.
    pub fn follow(&self, react: impl Fn(Asked<'_>) -> Reaction + Send + 'static) {
        lock(&self.state).react = Box::new(react);
    }

    /// The paths that were asked for until now, in order.
    pub fn asked(&self) -> Vec<String> {
        lock(&self.state).asked.clone()
    }
}

/// Nothing goes wrong.
pub fn calm(_: Asked<'_>) -> Reaction {
    Reaction::Pass
}

/// Answers 401 where a request has not this header `Authorization`.
pub fn demand(authorization: String) -> impl Fn(Asked<'_>) -> Reaction + Send + 'static {
    move |asked| {
        if asked.authorization == Some(&authorization) {
            Reaction::Pass
        } else {
            Reaction::Answer(401, r#"{"error_code":401,"message":"Unauthorized"}"#)
        }
    }
}

/// The header `Authorization` of basic authentication.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", base64::encode(format!("{user}:{password}").as_bytes()))
}

async fn answer(
    mut request: Request<Incoming>,
    upstream: SocketAddr,
    state: Arc<Mutex<State>>,
) -> io::Result<Response<Full<Bytes>>> {
    let reaction = lock(&state).note(&request);
    match reaction {
        Reaction::Pass => {}
        Reaction::PassAfter(delay) => tokio::time::sleep(delay).await,
        Reaction::PassAs(path) => {
            *request.uri_mut() = format!("{API}{path}").parse().map_err(io::Error::other)?;
        }
        Reaction::Answer(status, body) => {
            let mut response = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
            *response.status_mut() = StatusCode::from_u16(status).map_err(io::Error::other)?;
            response
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static("application/vnd.schemaregistry.v1+json"));
            return Ok(response);
        }
        Reaction::HangUp => return Err(io::ErrorKind::ConnectionReset.into()),
    }
    http::forward(request, upstream).await
}

impl State {
    fn note(&mut self, request: &Request<Incoming>) -> Reaction {
        let path = request.uri().path_and_query().map_or("", |path| path.as_str());
        let path = path.strip_prefix(API).unwrap_or(path);
        let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let asked = Asked { path, authorization, earlier: self.asked.len() };
        let reaction = (self.react)(asked);
        self.asked.push(path.to_owned());
        reaction
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("asked", &self.asked).finish_non_exhaustive()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
