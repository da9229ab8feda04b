"""An S3 server whose every change is in the folder before it is answered, so that a crash loses none."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from tracemark.errors import DataError, TracemarkError
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.s3.folder_requests import answer_folder, is_of_folder
from tracemark_groundtruth.s3.folders import Folders
from tracemark_groundtruth.s3.live_buckets import LiveBuckets
from tracemark_groundtruth.s3.live_folder import LiveFolder
from tracemark_groundtruth.s3.mirror import Mirror
from tracemark_groundtruth.s3.object_reads import reading_in_pieces

_READS = ("GET", "HEAD", "OPTIONS")
_OWN_HOSTS = ("127.0.0.1", "localhost")
_NOT_THE_OBJECT = {"partNumber", "uploadId", "tagging", "acl", "retention", "legal-hold"}
_DATA = (("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "default-src 'none'; sandbox"))

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

logger = logging.getLogger(__name__)


class WriteThroughServer(ThreadedMotoServer):
    """moto's server; as soon as `mirror` is set, changes are written to its folder.

    What lies in the folders of `buckets` is read there.
    """

    mirror: Mirror | None = None
    buckets: LiveBuckets | None = None
    live: LiveFolder | None = None
    own_mark: str = ""
    """Stands in the user agent of the mirror's own requests, which are answered as they are."""

    def _server_entry(self) -> None:
        # Of all that moto has S3 alone: its own API could make every object disappear.
        application = reading_in_pieces(create_backend_app("s3"))
        self._server = make_server(
            self._ip_address, self._port, self._through(application), True, request_handler=_Connection
        )
        self._server_ready_event.set()
        self._server.serve_forever()

    def _through(self, application: Application) -> Application:
        def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            if _is_from_a_page(environ):
                return _refuse("403 AccessDenied", "this S3 is not for web pages", start_response)
            bucket, key = _place(environ)
            folders = self.buckets.folders if self.buckets else Folders()
            if is_of_folder(folders, bucket, key, environ):
                return answer_folder(folders, bucket, key, environ, start_response)
            if self.own_mark and self.own_mark in environ.get("HTTP_USER_AGENT", ""):
                return application(environ, start_response)
            start_response = _as_data(start_response)
            if self.live is None:
                return self._answer(application, environ, start_response)
            return _live(self.live, self._answer, application, environ, start_response)

        return answer

    def _answer(self, application: Application, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in _READS or self.mirror is None:
            return application(environ, start_response)
        return _changes(self.mirror, application, environ, start_response)


class _Connection(MotoRequestHandler):
    disable_nagle_algorithm = True  # or an answer waits for the acknowledgement of its headers
    timeout = 60  # seconds for which a client may neither send nor read


def _live(
    live: LiveFolder,
    answer: Callable[[Application, Environ, StartResponse], Iterable[bytes]],
    application: Application,
    environ: Environ,
    start_response: StartResponse,
) -> Iterable[bytes]:
    """Answer a request about the folder as it is now."""
    bucket, key = _place(environ)
    try:
        live.refresh(bucket, key, parse_qs(environ["QUERY_STRING"]).get("prefix", [""])[0])
    except TracemarkError as error:
        return _refuse("503 ServiceUnavailable", str(error), start_response)
    body = answer(application, environ, start_response)
    if key and environ["REQUEST_METHOD"] not in _READS:
        live.note(S3Uri(bucket, key))
    return body


def _changes(
    mirror: Mirror, application: Application, environ: Environ, start_response: StartResponse
) -> Iterable[bytes]:
    begun: list[Any] = []
    try:
        uri = _object(environ)
        if named := _named(environ) or uri:
            mirror.check(named)
        body = b"".join(application(environ, lambda *arguments: begun.append(arguments)))
        if str(begun[-1][0]).startswith("2"):
            _write(mirror, environ, uri)
    except TracemarkError as error:
        logger.error("an S3 object was not written", extra={"cause": str(error)})
        code = "400 InvalidArgument" if isinstance(error, DataError) else "503 ServiceUnavailable"
        return _refuse(code, str(error), start_response)
    start_response(*begun[-1])
    return [body]


def _refuse(code: str, message: str, start_response: StartResponse) -> Iterable[bytes]:
    start_response(code, [("Content-Type", "application/xml")])
    return [f"<Error><Code>{code[4:]}</Code><Message>{escape(message)}</Message></Error>".encode()]


def _as_data(start_response: StartResponse) -> StartResponse:
    """Return what begins an answer that a browser, should somebody open one, saves instead of running it.

    Cookies know no ports: a page from here would have those of the portal within reach.
    """

    def begin(status: str, headers: Any, *more: Any) -> Any:
        return start_response(status, [*headers, *_DATA], *more)

    return begin


def _is_from_a_page(environ: Environ) -> bool:
    """Return whether a web page asks; moto would let those of any site read and write everything.

    A page whose name was made to mean this machine sends no origin, but its own name as host.
    """
    host = environ.get("HTTP_HOST", "").partition(":")[0]
    return "HTTP_ORIGIN" in environ or host not in _OWN_HOSTS


def _write(mirror: Mirror, environ: Environ, uri: S3Uri | None) -> None:
    if uri:
        mirror.write_through(uri)
    elif environ["REQUEST_METHOD"] == "POST":  # many objects deleted, or one put together from its parts
        mirror.write_back()


def _object(environ: Environ) -> S3Uri | None:
    """Return the object that a request writes or deletes as a whole; None when it does something else."""
    bucket, key = _place(environ)
    asked = parse_qs(environ["QUERY_STRING"], keep_blank_values=True).keys()
    # A number alone is ignored by S3: only with the id of an upload is it a part.
    aside = _NOT_THE_OBJECT & (asked if "uploadId" in asked else asked - {"partNumber"})
    return S3Uri(bucket, key) if key and not aside and environ["REQUEST_METHOD"] != "POST" else None


def _named(environ: Environ) -> S3Uri | None:
    """Return the object that a request names, or that its parts will be once they are all there; None for a bucket."""
    bucket, key = _place(environ)
    return S3Uri(bucket, key) if key and environ["REQUEST_METHOD"] in ("PUT", "POST") else None


def _place(environ: Environ) -> tuple[str, str]:
    """Return the bucket and the key that a request is about; each may be empty."""
    # WSGI hands paths over as Latin-1.
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    bucket, _, key = path.removeprefix("/").partition("/")
    return bucket, key
