//! Lambda's Invoke API in front of a function that runs here.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use crate::http::HttpServer;
use crate::sink::Sink;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::{Request, Response};
use local::lambda::InvokeError;
use serde_json::json;
use std::io;
use std::sync::Arc;

/// The only function that there is.
pub const FUNCTION: &str = "sink";

/// A running API; ends when dropped.
#[derive(Debug)]
pub struct InvokeApi {
    server: HttpServer,
}

impl InvokeApi {
    /// Starts in front of a function, which is called [`FUNCTION`].
    pub async fn start(sink: Arc<Sink>) -> Self {
        let server = HttpServer::start(move |request| answer(request, Arc::clone(&sink))).await;
        Self { server }
    }

    /// Its URL: `AWS_ENDPOINT_URL_LAMBDA`.
    pub fn url(&self) -> String {
        self.server.url()
    }
}

async fn answer(request: Request<Incoming>, sink: Arc<Sink>) -> io::Result<Response<Full<Bytes>>> {
    let path = request.uri().path().to_owned();
    if path != format!("/2015-03-31/functions/{FUNCTION}/invocations") {
        let body = json!({ "Type": "User", "Message": format!("Function not found: {path}") });
        return response(404, ("x-amzn-errortype", "ResourceNotFoundException"), body.to_string().into());
    }
    let event = request.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
    match sink.invoke(event.to_vec()).await {
        Ok(answer) => response(200, ("x-amz-executed-version", "$LATEST"), answer),
        Err(error) => {
            let (error_type, message) = match error {
                InvokeError::Function { error_type, message } => (error_type, message),
                other => ("Runtime.Unknown".to_owned(), other.to_string()),
            };
            let body = json!({ "errorType": error_type, "errorMessage": message });
            response(200, ("x-amz-function-error", "Unhandled"), body.to_string().into())
        }
    }
}

fn response(status: u16, header: (&str, &str), body: Bytes) -> io::Result<Response<Full<Bytes>>> {
    let response = Response::builder().status(status).header(header.0, header.1);
    response.body(Full::new(body)).map_err(io::Error::other)
}
