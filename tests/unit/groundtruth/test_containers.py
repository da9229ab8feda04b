"""Containers of functions, with a stand-in for the container engine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from docker.errors import APIError, ImageNotFound

from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.errors import ContainerFailed, FunctionUnresponsive
from tracemark_groundtruth.functions.containers import LABEL, FunctionContainers, FunctionImage, free_ports

PRE = FunctionImage("pre", "tracemark-prelabel", {"PLOTS": "x"}, memory_mb=1024, timeout_seconds=60)


@dataclass
class FakeContainer:
    """A container that listens on the emulator's port, or exits when `fails`."""

    options: dict[str, Any]
    fails: bool
    text: bytes
    open_sockets: ExitStack
    status: str = "created"
    removed: bool = False
    id: str = "abc"

    def start(self) -> None:
        self.status = "exited" if self.fails else "running"
        if not self.fails:
            host, port = self.options["entrypoint"][2].split(":")
            listener = self.open_sockets.enter_context(socket.socket())
            listener.bind((host, int(port)))
            listener.listen()

    def reload(self) -> None:
        pass

    def logs(self) -> bytes:
        return self.text

    def remove(self, **options: bool) -> None:
        self.removed = options == {"force": True, "v": True}


@dataclass
class FakeEngine:
    """A docker client that knows one image."""

    open_sockets: ExitStack
    config: dict[str, Any] = field(
        default_factory=lambda: {
            "Entrypoint": ["python", "-m", "awslambdaric"],
            "Cmd": ["tracemark_prelabel.handler.handle"],
        }
    )
    failures: int = 0
    text: bytes = b""
    made: list[FakeContainer] = field(default_factory=list)

    @property
    def images(self) -> FakeEngine:
        return self

    @property
    def containers(self) -> FakeEngine:
        return self

    @property
    def attrs(self) -> dict[str, Any]:
        return {"Config": self.config}

    def get(self, image: str) -> FakeEngine:
        if image != "tracemark-prelabel":
            raise ImageNotFound("none")
        return self

    def create(self, image: str, **options: Any) -> FakeContainer:
        fails = len(self.made) < self.failures
        self.made.append(FakeContainer({"image": image, **options}, fails, self.text, self.open_sockets))
        return self.made[-1]


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    with ExitStack() as stack:
        yield FakeEngine(stack)


@pytest.fixture
def emulator(tmp_path: Path) -> Path:
    file = tmp_path / "aws-lambda-rie"
    file.touch()
    return file


def options(engine: FakeEngine, emulator: Path) -> dict[str, Any]:
    with FunctionContainers(emulator, engine) as containers:
        containers.start(PRE)
    return engine.made[0].options


def test_the_images_own_entry_point_runs_under_the_emulator(engine: FakeEngine, emulator: Path) -> None:
    found = options(engine, emulator)

    entry = found["entrypoint"]
    assert (entry[0::2][:3], entry[1:4:2], entry[5:], found["command"]) == (
        ["/aws-lambda-rie", entry[2], entry[4]],
        ["--runtime-interface-emulator-address", "--runtime-api-address"],
        ["python", "-m", "awslambdaric"],
        ["tracemark_prelabel.handler.handle"],
    )


def test_a_container_is_confined_as_lambda_confines_a_function(engine: FakeEngine, emulator: Path) -> None:
    found = options(engine, emulator)

    assert {key: found[key] for key in ("user", "read_only", "tmpfs", "cap_drop", "mem_limit", "network_mode")} == {
        "user": "993:990",
        "read_only": True,
        "tmpfs": {"/tmp": "size=512m,mode=1777"},
        "cap_drop": ["ALL"],
        "mem_limit": "1024m",
        "network_mode": "host",
    }


def test_a_container_has_lambdas_variables_and_those_given(engine: FakeEngine, emulator: Path) -> None:
    assert options(engine, emulator)["environment"] == {
        "AWS_LAMBDA_FUNCTION_NAME": "pre",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "60",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "PLOTS": "x",
    }


def test_the_emulator_is_mounted_read_only(engine: FakeEngine, emulator: Path) -> None:
    mount = options(engine, emulator)["mounts"][0]

    assert (mount["Source"], mount["Target"], mount["ReadOnly"]) == (str(emulator), "/aws-lambda-rie", True)


def test_a_container_can_be_found_by_its_label(engine: FakeEngine, emulator: Path) -> None:
    assert list(options(engine, emulator)["labels"]) == [LABEL]


def test_every_container_has_ports_of_its_own(engine: FakeEngine, emulator: Path) -> None:
    with FunctionContainers(emulator, engine) as containers:
        containers.start(PRE, 3)

    ports = {made.options["entrypoint"][place] for made in engine.made for place in (2, 4)}
    assert len(ports) == 6


def test_all_containers_are_removed_also_after_an_error(engine: FakeEngine, emulator: Path) -> None:
    with pytest.raises(ZeroDivisionError), FunctionContainers(emulator, engine) as containers:
        _ = containers.start(PRE, 2), 1 / 0

    assert [made.removed for made in engine.made] == [True, True]


def test_a_container_that_does_not_come_up_fails_with_its_log(engine: FakeEngine, emulator: Path) -> None:
    engine.failures, engine.text = 9, b"x (rapid) noise\nImportError: no numpy\n"

    with (
        pytest.raises(ContainerFailed, match="function 'pre' does not come up; its log ends: ImportError: no numpy"),
        FunctionContainers(emulator, engine) as containers,
    ):
        containers.start(PRE)

    assert [made.removed for made in engine.made] == [True]


def test_a_port_that_was_taken_meanwhile_is_chosen_anew(engine: FakeEngine, emulator: Path) -> None:
    engine.failures, engine.text = 1, b"listen tcp 127.0.0.1:1: bind: address already in use"

    with FunctionContainers(emulator, engine) as containers:
        containers.start(PRE)

    assert [made.fails for made in engine.made] == [True, False]


def test_a_missing_image_is_named_with_what_to_do(engine: FakeEngine, emulator: Path) -> None:
    with (
        pytest.raises(ContainerFailed, match="there is no image 'other' on this machine; build it"),
        FunctionContainers(emulator, engine) as containers,
    ):
        containers.start(FunctionImage("pre", "other"))


def test_an_image_that_runs_nothing_is_refused(engine: FakeEngine, emulator: Path) -> None:
    engine.config = {"Entrypoint": None, "Cmd": None}

    with (
        pytest.raises(ContainerFailed, match="neither an entry point nor a command"),
        FunctionContainers(emulator, engine) as containers,
    ):
        containers.start(PRE)


def test_the_engines_own_error_is_told(engine: FakeEngine, emulator: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise APIError("500", explanation="no space left on device")

    monkeypatch.setattr(engine, "create", refuse, raising=False)

    with (
        pytest.raises(ContainerFailed, match="no space left on device"),
        FunctionContainers(emulator, engine) as containers,
    ):
        containers.start(PRE)


def test_a_missing_emulator_is_named(engine: FakeEngine, tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match="no runtime interface emulator"):
        FunctionContainers(tmp_path / "none", engine).__enter__()


def test_a_function_that_gives_no_answer_is_reported_with_the_end_of_its_log(
    engine: FakeEngine, emulator: Path
) -> None:
    engine.text = b"START RequestId: 1\nkilled: out of memory\nEND RequestId: 1\n"

    with FunctionContainers(emulator, engine) as containers:
        pool = containers.start(PRE)
        engine.open_sockets.close()
        with pytest.raises(FunctionUnresponsive, match="its log ends: killed: out of memory"):
            pool.invoke({})


def test_free_ports_are_distinct() -> None:
    assert len(set(free_ports(20))) == 20
