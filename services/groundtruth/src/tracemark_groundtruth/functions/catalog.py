"""Which function an ARN means: an address of the Lambda Invoke API, a built image, or a function in this process."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import yaml

from tracemark.document import Json, Node
from tracemark.errors import InvalidConfiguration, InvalidDocument, quoted
from tracemark_groundtruth.functions.containers import FunctionImage
from tracemark_groundtruth.functions.function import DEFAULT_TIMEOUT_SECONDS, Function, LambdaEndpoint
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.patterns import LAMBDA_ARN

_URL = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+(/\S*)?", re.ASCII)
_MAX_COPIES = 64
_MEMORY_MB = (128, 10_240)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A function behind the Invoke API at `url`."""

    url: str
    timeout_seconds: int = DEFAULT_TIMEOUT_SECONDS


@dataclass(frozen=True, slots=True)
class Image:
    """A function's built image, to be run in `copies` containers."""

    image: FunctionImage
    copies: int = 1

    def within(self, environment: Mapping[str, str]) -> FunctionImage:
        """Return the image with variables that its own go before."""
        return replace(self.image, environment={**environment, **self.image.environment})


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function by the name it has in this process, such as `prelabel`."""

    name: str


Source = Endpoint | Image | Builtin


def read_sources(data: bytes, source: str) -> Mapping[str, Source]:
    """Read the `functions` of a service's configuration in YAML, by their ARNs.

    Each value holds one of `endpoint: URL`, `image: NAME` (with `environment`, `copies`, `memory_mb`) and
    `builtin: prelabel|postlabel`; endpoint and image may have `timeout_seconds`.

    Raises:
        InvalidDocument: naming the key, its value and what is allowed.
    """
    try:
        document = Node(yaml.safe_load(data), source)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidDocument(f"this is no YAML ({error})", place=source, remedy="correct the file") from error
    functions = document["functions"]
    return {LAMBDA_ARN.read(Node(arn, source, "functions")): _source(arn, functions[arn]) for arn in functions.value}


@dataclass(frozen=True)
class Catalog:
    """A `FunctionLookup`: `functions` by their ARNs, and the two that take every other ARN's place, if any."""

    functions: Mapping[str, Function]
    default_pre: Function | None = None
    default_post: Function | None = None

    def pre_annotation(self, job: LabelingJob) -> Function:
        """See `FunctionLookup.pre_annotation`; a job without one shows workers its manifest lines."""
        if job.pre_function_arn is None:
            return ManifestLines()
        return self._lookup(job.pre_function_arn, self.default_pre)

    def post_annotation(self, job: LabelingJob) -> Function | None:
        """See `FunctionLookup.post_annotation`."""
        if job.post_function_arn is None:
            return None
        return self._lookup(job.post_function_arn, self.default_post)

    def _lookup(self, arn: str, default: Function | None) -> Function:
        function = self.functions.get(arn, default)
        if function is None:
            known = ", ".join(quoted(name) for name in list(self.functions)[:8]) or "none"
            raise InvalidConfiguration(
                f"the function {quoted(arn)} is not known here",
                expected=f"one of the service's configuration ({known})",
                remedy="add it to the file of --functions and start the service again",
            )
        return function


@dataclass(frozen=True, slots=True)
class ManifestLines:
    """What stands in for a pre-annotation function: the task input is the manifest line."""

    name: str = "manifest line"

    def invoke(self, payload: Json) -> Json:
        """See `Function.invoke`."""
        return {"taskInput": Node(payload, "event")["dataObject"].mapping()}


def start_functions(
    sources: Mapping[str, Source], start: Callable[[Image], Function], builtin: Mapping[str, Function]
) -> Mapping[str, Function]:
    """Return the functions of sources: `start` runs an image, `builtin` are those of this process.

    Raises:
        InvalidConfiguration: there is no function of a name in this process.
        ContainerFailed: see `FunctionContainers.start`.
    """
    return {arn: _open(arn, source, start, builtin) for arn, source in sources.items()}


def _open(arn: str, source: Source, start: Callable[[Image], Function], builtin: Mapping[str, Function]) -> Function:
    if isinstance(source, Endpoint):
        return LambdaEndpoint(_name(arn), source.url, source.timeout_seconds)
    if isinstance(source, Image):
        return start(source)
    if source.name not in builtin:
        raise InvalidConfiguration(
            f"there is no function {quoted(source.name)} in this process",
            place=arn,
            expected=f"one of {', '.join(builtin)}",
            remedy="correct the configuration",
        )
    return builtin[source.name]


def _source(arn: str, node: Node) -> Source:
    endpoint, image, builtin = node.get("endpoint"), node.get("image"), node.get("builtin")
    if sum(value is not None for value in (endpoint, image, builtin)) != 1:
        node.refuse("exactly one of the keys endpoint, image and builtin")
    if endpoint:
        url = endpoint.text()
        timeout = _number(node, "timeout_seconds", (1, 900), DEFAULT_TIMEOUT_SECONDS)
        return Endpoint(url, timeout) if _URL.fullmatch(url) else endpoint.refuse("an http:// or https:// address")
    return Builtin(builtin.text()) if builtin else _image(arn, node)


def _image(arn: str, node: Node) -> Image:
    environment = node.get("environment")
    variables = {key: environment[key].text() for key in environment.mapping()} if environment else {}
    timeout, memory = _number(node, "timeout_seconds", (1, 900), 300), _number(node, "memory_mb", _MEMORY_MB, 2_048)
    image = FunctionImage(_name(arn), node["image"].text(), variables, memory, timeout)
    return Image(image, _number(node, "copies", (1, _MAX_COPIES), 1))


def _number(node: Node, key: str, bounds: tuple[int, int], default: int) -> int:
    value = node.get(key)
    return value.integer(*bounds) if value else default


def _name(arn: str) -> str:
    return arn.split(":function:")[1]
