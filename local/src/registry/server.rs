//! The server around the shelf.

use super::answer::{Answer, answer};
use super::error::{FilesError, UnknownReference};
use super::files;
use super::glue;
use super::refusal::Refusal;
use super::schema::Schema;
use super::shelf::Shelf;
use crate::connections::serve;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// No schema is that large; a client that sends more has lost its way.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// A running schema registry on loopback, in memory; stops when dropped.
#[derive(Debug)]
pub struct EmbeddedRegistry {
    address: SocketAddr,
    shelf: Arc<Mutex<Shelf>>,
    server: JoinHandle<()>,
}

impl EmbeddedRegistry {
    /// Serves on a free port of loopback, empty at first.
    ///
    /// # Errors
    ///
    /// When no port can be listened on.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shelf = Arc::new(Mutex::new(Shelf::default()));
        let shared = Arc::clone(&shelf);
        let calls = service_fn(move |request| {
            let shared = Arc::clone(&shared);
            async move { Ok::<_, Infallible>(respond(&shared, request).await) }
        });
        let server = tokio::spawn(serve(listener, calls));
        Ok(Self { address, shelf, server })
    }

    /// Keeps the schemas of a folder instead of what it has.
    ///
    /// A file's name gives the id, its extension what it is: `7.avsc`, `8.proto`, `9.json`. A subject may
    /// stand before the id (`orders-value.7.avsc`), whose versions are in the order of the ids. Instead of a
    /// number a name may have the GUID of Confluent's newer framing, or the UUID of a version in Glue.
    /// Schemas that refer to others are not for folders: they are registered.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or does not say its id, or there is none.
    pub fn load(&self, folder: &Path) -> Result<(), FilesError> {
        *lock(&self.shelf) = files::read(folder)?;
        Ok(())
    }

    /// Registers a schema as its subject's newest version, and returns its id; a schema that is there
    /// already has one.
    ///
    /// # Errors
    ///
    /// When it refers to a schema that is not registered.
    pub fn register(&self, subject: &str, schema: Schema) -> Result<u32, UnknownReference> {
        lock(&self.shelf).register(subject, schema)
    }

    /// The URL for `SCHEMA_REGISTRY_URL`, and for Glue's clients.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for EmbeddedRegistry {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock(shelf: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn respond(shelf: &Mutex<Shelf>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, MAX_BODY_BYTES).collect().await else {
        let refusal = Refusal::of_http(StatusCode::BAD_REQUEST);
        return response(refusal.status, CONFLUENT, refusal.to_json().to_string());
    };
    let (shelf, body) = (&mut *lock(shelf), body.to_bytes());
    if let Some(target) = head.headers.get(glue::TARGET) {
        let (status, answer) = glue::answer(shelf, target.as_bytes(), &body);
        return response(status, "application/x-amz-json-1.1", answer.to_string());
    }
    match answer(shelf, &head.method, head.uri.path(), &body) {
        Ok(Answer::Json(value)) => response(StatusCode::OK, CONFLUENT, value.to_string()),
        Ok(Answer::Text(text)) => response(StatusCode::OK, CONFLUENT, text),
        Err(refusal) => response(refusal.status, CONFLUENT, refusal.to_json().to_string()),
    }
}

/// What Confluent's registry says it speaks.
const CONFLUENT: &str = "application/vnd.schemaregistry.v1+json";

fn response(status: StatusCode, content_type: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
