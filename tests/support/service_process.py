"""`tracemark serve` in a process of its own, on data of a test, with functions that the test answers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
import urllib3
from botocore.config import Config

from support.waiting import wait_until
from tracemark.document import Json
from tracemark_groundtruth.functions.containers import free_ports
from tracemark_groundtruth.state.accounts import Accounts, hash_password
from tracemark_groundtruth.state.data_folder import open_state
from tracemark_groundtruth.state.teams import ensure_team

BUCKET = "texts"
JOB = "Texts"
ARN = "arn:aws:lambda:eu-west-1:261679111194:function"
PASSWORD = "correct horse battery"
_PROGRAM = str(Path(sys.executable).with_name("tracemark"))
TEMPLATE = '<crowd-form><crowd-classifier name="class" categories="[\'a\']"></crowd-classifier></crowd-form>'


def job_request(workers: int, **human: Json) -> dict[str, Json]:
    return {
        "LabelingJobName": JOB,
        "LabelAttributeName": "kind",
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": f"s3://{BUCKET}/manifest.jsonl"}}},
        "OutputConfig": {"S3OutputPath": f"s3://{BUCKET}/output/"},
        "RoleArn": "arn:aws:iam::261679111194:role/LabelingRole",
        "HumanTaskConfig": {
            "WorkteamArn": "arn:aws:sagemaker:eu-west-1:261679111194:workteam/private-crowd/readers",
            "UiConfig": {"UiTemplateS3Uri": f"s3://{BUCKET}/template.html"},
            "PreHumanTaskLambdaArn": f"{ARN}:pre",
            "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": f"{ARN}:post"},
            "TaskTitle": "Read",
            "TaskDescription": "Say what it is",
            "NumberOfHumanWorkersPerDataObject": workers,
            "TaskTimeLimitInSeconds": 300,
            **human,
        },
    }


@dataclass
class FunctionServer:
    """A context manager: both functions behind the Lambda Invoke API; `post` reads its payload from the folder."""

    folder: Path
    failures: int = 0

    def __enter__(self) -> Self:
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self.server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self.answer))
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def arns(self) -> Mapping[str, Json]:
        """What the file of `--functions` says of them."""
        return {f"{ARN}:{name}": {"endpoint": self.url} for name in ("pre", "post")}

    def answer(self, event: Json) -> Json:
        if self.failures:
            self.failures -= 1
            return {"errorType": "ValueError", "errorMessage": "it has had enough"}
        if "dataObject" in event:
            return {"taskInput": {"text": event["dataObject"]["source"]}}
        payload = self.folder / event["payload"]["s3Uri"].removeprefix("s3://")
        return [_first(event["labelAttributeName"], entry) for entry in json.loads(payload.read_bytes())]


def _first(attribute: str, entry: Json) -> Json:
    content = json.loads(entry["annotations"][0]["annotationData"]["content"])
    return {"datasetObjectId": entry["datasetObjectId"], "consolidatedAnnotation": {"content": {attribute: content}}}


def _handler(answer: Callable[[Json], Json]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(answer(event)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@dataclass
class ServiceProcess:
    """A context manager: the service over `folder`, started anew whenever a test killed it.

    `functions` is what the file of `--functions` holds, `options` are further ones of `tracemark serve`.
    """

    folder: Path
    functions: Mapping[str, Json]
    database_url: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[str] = ()
    program: Sequence[str] = (_PROGRAM,)
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, maxsize=32))
    process: subprocess.Popen[bytes] | None = None
    authority: Path | None = None
    """The certificate to trust, of a proxy through which the API is asked."""

    def __enter__(self) -> Self:
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.folder / "log.txt"
        self.config = self.folder / "functions.yaml"
        self.config.write_text(json.dumps({"functions": dict(self.functions)}))
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(signal.SIGTERM)

    def start(self) -> None:
        command = [*self.program, "serve", "--data", str(self.folder), "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--functions", str(self.config), "--changeable-seconds", "0", *self.options],
                stdout=log,
                stderr=log,
                env=self._environment(),
            )
        self._wait_until_up()

    def end(self, how: int) -> None:
        if self.process:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process = None

    @property
    def pid(self) -> int:
        assert self.process, "not started"
        return self.process.pid

    def prepare(self, names: list[str], workers: int, **human: Json) -> None:
        """Add workers and create the job, each object of which so many workers are to answer."""
        password_hash = hash_password(PASSWORD)
        with open_state(self.folder, self.database_url or None) as database:
            ensure_team(database, "readers")
            for name in names:
                Accounts(database).add(name, password_hash, ["readers"])
        self.sagemaker.create_labeling_job(**job_request(workers, **human))

    @property
    def sagemaker(self) -> Any:
        lines = (self.folder / ".tracemark/environment").read_text().splitlines()
        found = dict(line.removeprefix("export ").replace("'", "").split("=", 1) for line in lines)
        return boto3.client(
            "sagemaker",
            endpoint_url=found["AWS_ENDPOINT_URL_SAGEMAKER"],
            region_name="eu-west-1",
            aws_access_key_id=found["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=found["AWS_SECRET_ACCESS_KEY"],
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
            verify=str(self.authority) if self.authority else None,
        )

    def wait_for(self, status: str, job: str = JOB) -> Json:
        sagemaker, found = self.sagemaker, dict[str, Any]()

        def reached() -> bool:
            found.update(sagemaker.describe_labeling_job(LabelingJobName=job))
            return bool(found["LabelingJobStatus"] == status)

        def ended() -> str | None:
            over = found["LabelingJobStatus"] in ("Completed", "Failed", "Stopped")
            return f"{found}\n{self.log.read_text()}" if over else None

        wait_until(reached, f"status {status}", ended, pause=0.2)
        return found

    def _wait_until_up(self) -> None:
        process = self.process
        assert process, "not started"
        wait_until(self._answers, "the service", lambda: None if process.poll() is None else self.log.read_text())

    def _answers(self) -> bool:
        try:
            self.http.request("GET", f"{self.url}/sign-in", timeout=5)
        except urllib3.exceptions.HTTPError:
            return False
        return True

    def _environment(self) -> dict[str, str]:
        found = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {**found, "TRACEMARK_DATABASE_URL": self.database_url, **self.variables}


def tracemark(*arguments: str) -> str:
    """Run a command, to which the test's password is given, and return what it printed."""
    command = [_PROGRAM, *arguments]
    return subprocess.run(command, input=f"{PASSWORD}\n", text=True, check=True, capture_output=True).stdout


def make_bucket(folder: Path, objects: int) -> None:
    bucket = folder / BUCKET
    bucket.mkdir(parents=True)
    (bucket / "manifest.jsonl").write_text("".join(f'{{"source": "text {number}"}}\n' for number in range(objects)))
    (bucket / "template.html").write_text(TEMPLATE)


def responses(folder: Path) -> dict[str, list[Json]]:
    """Return the answers to each object, from the files that the job wrote."""
    found: dict[str, list[Json]] = {}
    for file in (folder / BUCKET / "output" / JOB / "annotations/worker-response").rglob("*.json"):
        found.setdefault(file.parent.name, []).extend(json.loads(file.read_bytes())["answers"])
    return found


def saved(folder: Path) -> list[str]:
    """Return the content of every answer in those files; `PortalWorker.accepted` is its twin."""
    return [answer["answerContent"]["class"]["label"] for found in responses(folder).values() for answer in found]


def output(folder: Path) -> list[Json]:
    manifest = folder / BUCKET / "output" / JOB / "manifests/output/output.manifest"
    return [json.loads(line) for line in manifest.read_text().splitlines()]
