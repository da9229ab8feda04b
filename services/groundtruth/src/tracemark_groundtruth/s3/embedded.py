"""An S3 of one's own for the length of a job: moto's server on the loopback interface, over a local folder."""

from __future__ import annotations

import logging
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import boto3
from botocore.config import Config
from moto.core.base_backend import BackendDict
from moto.s3.models import s3_backends

from tracemark.errors import InvalidConfiguration, TracemarkError, quoted
from tracemark.storage.s3objects import without_asking
from tracemark_groundtruth.s3.live_buckets import LiveBuckets
from tracemark_groundtruth.s3.live_folder import LiveFolder
from tracemark_groundtruth.s3.mirror import Mirror
from tracemark_groundtruth.s3.write_through import WriteThroughServer

REGION = "eu-west-1"
_HOST = "127.0.0.1"
_KEY = "embedded"
_PORT_FILE = ".tracemark-s3-port"

_log = logging.getLogger(__name__)


class EmbeddedS3:
    """A context manager: seeds the server from `folder` and mirrors it back at the end, also when the job failed.

    moto keeps its objects in this process, so there can be one at a time. Objects that lie in the folder as
    `FOLDER/<bucket>/<key…>` are there at the start, and those written, changed or deleted meanwhile are so at the end;
    when it is `durable`, before the request for it is answered. Folders elsewhere that `FOLDER/buckets.yaml` names are
    buckets, too: their files are read where they lie, as they are at the moment, and never changed; what is written to
    such a bucket lies in `FOLDER/<bucket>`, as for any other.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._folder = folder
        self._durable = durable
        self._server = WriteThroughServer(_HOST, kept_port(folder) if durable else 0, verbose=False)
        self._mirror: Mirror | None = None
        self.endpoint_url = ""
        self.client: Any = None

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables with which a function finds this S3, past any proxy."""
        return {
            "AWS_ENDPOINT_URL_S3": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": _KEY,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "NO_PROXY": f"{_HOST},localhost",
            "no_proxy": f"{_HOST},localhost",
        }

    def __enter__(self) -> EmbeddedS3:
        """Start and seed the server.

        Raises:
            InvalidConfiguration: there is no such folder, a server is running already, or see `Folders.read`.
            InvalidUri: see `Mirror.seed`.
        """
        if not self._folder.is_dir():
            raise InvalidConfiguration(
                f"there is no folder {quoted(str(self._folder))}", remedy="create it, with a sub-folder for each bucket"
            )
        self._server.buckets = LiveBuckets.read(self._folder)
        _claim()
        # werkzeug writes a line for each request unless somebody set a level.
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.endpoint_url = f"http://{host}:{port}"
        if self._durable:
            keep_port(self._folder, port)
        self.client = _client(self.endpoint_url)
        self._server.own_mark = f"mirror/{secrets.token_hex(8)}"
        self._mirror = Mirror(self._folder, _client(self.endpoint_url, self._server.own_mark), self._durable)
        try:
            self._mirror.seed()
            if self._durable:
                self._server.mirror, self._server.live = self._mirror, LiveFolder(self._mirror)
                self._server.live.note_all()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Mirror back and stop the server.

        Raises:
            UnsafeKeys: see `Mirror.write_back`; when the job itself failed, its error stays and carries this as a note.
        """
        try:
            self.write_back()
        except TracemarkError as unwritten:
            if error is None:
                raise
            error.add_note(str(unwritten))
        finally:
            self._stop()

    def write_back(self) -> None:
        """Mirror to the folder now, while the server goes on.

        Raises:
            UnsafeKeys: see `Mirror.write_back`.
        """
        if self._mirror:
            self._mirror.write_back()

    def _stop(self) -> None:
        self._server.stop()
        self.client.close()
        if self._mirror:
            self._mirror.client.close()
        _reset()


def kept_port(folder: Path) -> int:
    """Return the port that the S3 of a folder had before, by which shells know it; 0 when it is not known or taken."""
    try:
        port = int((folder / _PORT_FILE).read_text(encoding="ascii"))
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((_HOST, port))
    except FileNotFoundError:
        return 0
    except (OSError, OverflowError, ValueError) as error:
        _log.warning("the S3 of the folder gets another port", extra={"folder": str(folder), "cause": str(error)})
        return 0
    return port


def keep_port(folder: Path, port: int) -> None:
    """Note the port of a folder's S3; where it cannot be noted, the next start takes another."""
    try:
        (folder / _PORT_FILE).write_text(str(port), encoding="ascii")
    except OSError as error:
        _log.warning("the port of S3 is not kept", extra={"folder": str(folder), "cause": str(error)})


_running: list[bool] = []


def _claim() -> None:
    if _running:
        raise InvalidConfiguration(
            "an embedded S3 is already running in this process", remedy="end the first before starting another"
        )
    _reset()
    _running.append(True)


def _reset() -> None:
    _running.clear()
    backends: BackendDict[Any] = s3_backends
    backends.reset()


def _client(endpoint_url: str, mark: str = "") -> Any:
    # Like the shared client, but past any proxy of the environment: the server is on this machine.
    config = Config(
        connect_timeout=2,
        read_timeout=30,
        retries={"mode": "standard", "total_max_attempts": 4},
        max_pool_connections=32,
        proxies={},
        user_agent_extra=mark,
    )
    client = boto3.client(
        "s3",
        config=config,
        endpoint_url=endpoint_url,
        region_name=REGION,
        aws_access_key_id=_KEY,
        aws_secret_access_key=_KEY,
    )
    return without_asking(client)
