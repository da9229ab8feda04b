"""The function images, and what stands for one in a registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

LAMBDA_NAMES: Mapping[str, str] = {"amd64": "x86_64", "arm64": "arm64"}
"""Lambda's name of a processor by the engine's."""


@dataclass(frozen=True, slots=True)
class ProjectImage:
    """One of the project's images; `repository` is its name here, `output` that of its repository's URI in a stack."""

    repository: str
    dockerfile: str
    output: str

    @property
    def local(self) -> str:
        """Its name and tag on this machine."""
        return f"{self.repository}:latest"


PLOTTING = ProjectImage("tracemark-plotting", "services/plotting/Dockerfile", "PlottingRepositoryUri")
PRELABEL = ProjectImage("tracemark-prelabel", "images/prelabel/Dockerfile", "PreLabelingRepositoryUri")
POSTLABEL = ProjectImage("tracemark-postlabel", "images/postlabel/Dockerfile", "PostLabelingRepositoryUri")
IMAGES = (PLOTTING, PRELABEL, POSTLABEL)
"""In the order in which they are built: the second is made on top of the first."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """An image in a registry; `uri` names it by digest."""

    image: ProjectImage
    repository: str
    digest: str
    tag: str

    @property
    def uri(self) -> str:
        """Its name for ever."""
        return f"{self.repository}@{self.digest}"


@dataclass(frozen=True, slots=True)
class Login:
    """User and password for a registry, for this process only."""

    username: str
    password: str = field(repr=False)


OnEvent = Callable[[str], None]
"""Called with each line of the engine's progress."""
