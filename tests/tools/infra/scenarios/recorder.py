"""A proxy in front of an AWS on loopback: it stands for the end of TLS, and remembers who has asked for what."""

import http.client
import http.server
import re
import threading

# The access key that the emulator takes for the account's root.
ROOT_KEY = "test"


class Recorder:
    """Starts in front of nothing yet: a server must know this proxy's URL before it starts itself."""

    def __init__(self):
        self.upstream = None
        # Ports of other servers, by the service that they answer for when it is a function that asks.
        self.others = {}
        # (access key id, action as IAM calls it)
        self.asked = set()
        handler = type("Handler", (Handler,), {"recorder": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    recorder = None

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        key, service = signer(self.headers)
        for action in actions(service, f"{self.command} {self.path}", self.headers, body):
            self.recorder.asked.add((key, action))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
        # What a load balancer says that has ended TLS: policies that ask for aws:SecureTransport are content.
        headers["x-forwarded-proto"] = "https"
        others = {} if key == ROOT_KEY else self.recorder.others
        upstream = http.client.HTTPConnection("127.0.0.1", others.get(service, self.recorder.upstream))
        upstream.request(self.command, self.path, body, headers)
        response = upstream.getresponse()
        text = response.read()
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                self.send_header(name, value)
        length = response.getheader("content-length") if self.command == "HEAD" else None
        self.send_header("content-length", length or str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        upstream.close()

    do_DELETE = do_GET = do_HEAD = do_POST = do_PUT = answer

    def log_message(self, *_):
        pass


def signer(headers):
    """The access key and the service in a signature's scope: Credential=KEY/20251121/ap-northeast-2/s3/aws4_request."""
    scope = re.search(r"Credential=([^/]+)/[^/]+/[^/]+/([^/]+)/", headers.get("authorization", ""))
    return scope.groups() if scope else ("", "")


def actions(service, request, headers, body):
    """What IAM looks for in policies, for this request."""
    method = request.split()[0]
    if service == "s3":
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
        if "list-type=2" in request:
            yield "s3:ListBucket"
            return
        yield {"PUT": "s3:PutObject", "DELETE": "s3:DeleteObject"}.get(method, "s3:GetObject")
        if "x-amz-copy-source" in headers:
            yield "s3:GetObject"
        if "x-amz-tagging" in headers:
            yield "s3:PutObjectTagging"
        if "x-amz-acl" in headers:
            yield "s3:PutObjectAcl"
    elif service == "lambda" and "/invocations" in request:
        yield "lambda:InvokeFunction"
    elif "x-amz-target" in headers:
        # X-Amz-Target: AWSGlue.GetSchemaVersion
        yield f"{service}:{headers['x-amz-target'].rsplit('.', 1)[1]}"
    elif name := re.search(rb"(?:^|&)Action=(\w+)", body):
        yield f"{service}:{name.group(1).decode()}"
