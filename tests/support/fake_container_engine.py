"""A container engine that remembers what it was asked, with the shape of a docker client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from docker.errors import APIError, ImageNotFound

DIGEST = f"sha256:{'ab' * 32}"
IMAGE_ID = f"sha256:{'0123456789ab'}{'f' * 52}"


@dataclass
class FakeEngine:
    """`there` are the images on this machine; `complaint` is what a build or a push ends with."""

    there: set[str] = field(default_factory=set)
    complaint: str = ""
    built: list[dict[str, Any]] = field(default_factory=list)
    pushed: list[tuple[str, str, Any]] = field(default_factory=list)
    unreachable: bool = False
    architecture: str = "amd64"

    @property
    def api(self) -> Any:
        return SimpleNamespace(build=self._build, inspect_image=self._inspect)

    @property
    def images(self) -> Any:
        return SimpleNamespace(get=self._get, push=self._push, remove=lambda *_, **__: None)

    def _build(self, **asked: Any) -> Iterator[dict[str, Any]]:
        self.built.append(asked)
        yield {"stream": "Step 1/2 : FROM base\n"}
        if self.complaint:
            yield {"error": self.complaint}
        self.there.add(asked["tag"])

    def _inspect(self, name: str) -> dict[str, Any]:
        self._get(name)
        return {"Id": IMAGE_ID, "Architecture": self.architecture}

    def _get(self, name: str) -> Any:
        if self.unreachable:
            raise APIError("the engine is gone")
        if name not in self.there:
            raise ImageNotFound(name)
        return SimpleNamespace(tag=lambda *_: True)

    def _push(self, repository: str, tag: str, auth_config: Any, **_: Any) -> Iterator[dict[str, Any]]:
        self.pushed.append((repository, tag, auth_config))
        yield {"status": "Preparing"}
        if self.complaint:
            yield {"error": self.complaint}
        yield {"aux": {"Tag": tag, "Digest": DIGEST, "Size": 1}}
