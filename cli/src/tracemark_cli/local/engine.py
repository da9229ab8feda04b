"""This machine's container engine: it builds the function images and pushes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
from docker.errors import APIError, DockerException, ImageNotFound

from tracemark.errors import InvalidConfiguration, one_line
from tracemark_cli.errors import ImageFailed
from tracemark_cli.local.images import LAMBDA_NAMES, Login, OnEvent, ProjectImage, Pushed

_ENGINE_FAULTS = (DockerException, OSError)
_BASES = ("tracemark-base:trixie", "debian:trixie-slim")
_TAG_DIGITS = 12


@dataclass(frozen=True)
class Engine:
    """A container engine by a docker client."""

    client: Any

    def build(self, image: ProjectImage, project: Path, base: str, on_event: OnEvent) -> str:
        """Build an image from the project's folder and return its id.

        The engine's own builder makes one image for its own processor, without attestations: Lambda takes no other.

        Raises:
            ImageFailed: a step failed; the error quotes its last line.
            InvalidConfiguration: `project` is not tracemark's folder.
        """
        if not (project / image.dockerfile).is_file():
            raise InvalidConfiguration(
                f"there is no {image.dockerfile}",
                place=str(project),
                remedy="run the command in tracemark's folder, or pass --project",
            )
        lines = self._stream(
            self.client.api.build,
            path=str(project),
            dockerfile=image.dockerfile,
            tag=image.local,
            buildargs={"BASE_IMAGE": base},
            network_mode="host",  # package mirrors are reached as this machine reaches them
            rm=True,
            decode=True,
        )
        _follow(lines, on_event, f"{image.local} was not built")
        return str(self._inspect(image)["Id"])

    def base(self) -> str:
        """Return the base image that is on this machine already, else the public one."""
        for name in _BASES:
            try:
                self.client.images.get(name)
            except _ENGINE_FAULTS:
                continue
            return name
        return _BASES[-1]

    def tag(self, image: ProjectImage) -> str:
        """Return the tag derived from an image's content.

        Raises:
            ImageFailed: the image was not built here.
        """
        return str(self._inspect(image)["Id"]).removeprefix("sha256:")[:_TAG_DIGITS]

    def architecture(self, image: ProjectImage) -> str:
        """Return the processor that an image was built for, by Lambda's name.

        Raises:
            ImageFailed: the image was not built here, or for a processor that Lambda does not offer.
        """
        architecture = str(self._inspect(image).get("Architecture", ""))
        if architecture not in LAMBDA_NAMES:
            raise ImageFailed(
                f"{image.local} was built for {architecture or 'an unknown processor'}",
                expected=f"one of {', '.join(LAMBDA_NAMES)}",
                remedy="build the image on a machine of that architecture",
            )
        return LAMBDA_NAMES[architecture]

    def push(self, image: ProjectImage, repository: str, tag: str, login: Login | None, on_event: OnEvent) -> Pushed:
        """Push an image to `repository` (host and path, without a tag) and return it by digest.

        Raises:
            ImageFailed: the image was not built here, or the registry does not take it.
        """
        self._inspect(image)
        auth = {"username": login.username, "password": login.password} if login else None
        try:
            self.client.images.get(image.local).tag(repository, tag)
            lines = self.client.images.push(repository, tag, auth_config=auth, stream=True, decode=True)
            digest = _follow(lines, on_event, f"{image.local} was not pushed to {repository}")
            self.client.images.remove(f"{repository}:{tag}", noprune=True)  # a second name of the same image
        except _ENGINE_FAULTS as error:
            raise _image_failure(f"{image.local} was not pushed", error) from error
        if not digest:
            raise ImageFailed(f"{repository} took {image.local} but returned no digest", remedy="push it again")
        return Pushed(image, repository, digest, tag)

    def _inspect(self, image: ProjectImage) -> Mapping[str, Any]:
        try:
            details: Mapping[str, Any] = self.client.api.inspect_image(image.local)
        except ImageNotFound as error:
            raise ImageFailed(f"there is no image {image.local}", remedy="run tracemark images build") from error
        except _ENGINE_FAULTS as error:
            raise _image_failure(f"{image.local} could not be inspected", error) from error
        return details

    def _stream(self, call: Callable[..., Any], **arguments: Any) -> Iterator[Mapping[str, Any]]:
        try:
            yield from call(**arguments)
        except _ENGINE_FAULTS as error:
            raise _image_failure("the engine gave up", error) from error


def connect() -> Engine:
    """Return this machine's engine, as DOCKER_HOST names it.

    Raises:
        ImageFailed: none responds.
    """
    try:
        return Engine(docker.from_env())
    except _ENGINE_FAULTS as error:
        raise ImageFailed(
            f"no container engine answers ({error})", remedy="install and start Docker, or set DOCKER_HOST"
        ) from error


def _follow(lines: Iterable[Mapping[str, Any]], on_event: OnEvent, what: str) -> str:
    digest = last = ""
    for line in lines:
        if "error" in line:
            raise ImageFailed(
                f"{what}: {one_line(str(line['error']), 400)}", remedy=f"see the step before it: {one_line(last, 200)}"
            )
        digest = str((line.get("aux") or {}).get("Digest", digest))
        text = str(line.get("stream") or line.get("status") or "").strip()
        if text:
            last = text
            on_event(text)
    return digest


def _image_failure(what: str, error: Exception) -> ImageFailed:
    cause = error.explanation if isinstance(error, APIError) and error.explanation else str(error)
    return ImageFailed(f"{what} ({one_line(str(cause), 400)})", remedy="see the engine's log")
