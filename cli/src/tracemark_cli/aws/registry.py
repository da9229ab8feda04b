"""Amazon ECR as the registry: its login, pushes without repetition, the check that Lambda accepts an image."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracemark_cli.aws.answers import call, try_call
from tracemark_cli.aws.image_manifest import ONE_IMAGE
from tracemark_cli.aws.session import Aws
from tracemark_cli.errors import ImageFailed
from tracemark_cli.local.images import Login, OnEvent, ProjectImage, Pushed

if TYPE_CHECKING:
    from tracemark_cli.local.engine import Engine


@dataclass(frozen=True)
class Ecr:
    """The account's ECR in a Region."""

    aws: Aws

    def login(self) -> Login:
        """Return a login that is valid for twelve hours; it is never stored.

        Raises:
            AwsRefused: ECR issues none.
        """
        answer = call("issue a login for ECR", self.aws.client("ecr").get_authorization_token)
        token = base64.b64decode(answer["authorizationData"][0]["authorizationToken"]).decode()
        user, _, password = token.partition(":")
        return Login(user, password)

    def digest(self, repository: str, tag: str) -> str | None:
        """Return the digest of a tag of `repository`, or None if there is no such tag."""
        answer = try_call(
            self.aws.client("ecr").describe_images, repositoryName=_name(repository), imageIds=[{"imageTag": tag}]
        )
        return None if answer.code else str(answer.value["imageDetails"][0]["imageDigest"])

    def push(self, engine: Engine, image: ProjectImage, repository: str, prefix: str, on_event: OnEvent) -> Pushed:
        """Push an image unless the registry has it already; its tag is `prefix` and a digest of its content.

        Raises:
            ImageFailed: it was not built here, the push failed, or Lambda would not accept the image.
        """
        tag = f"{prefix}{engine.tag(image)}"
        there = self.digest(repository, tag)
        if there:
            on_event("already pushed")
            return Pushed(image, repository, there, tag)
        pushed = engine.push(image, repository, tag, self.login(), on_event)
        self._check(pushed)
        return pushed

    def _check(self, pushed: Pushed) -> None:
        answer = call(
            "read the manifest of the pushed image",
            self.aws.client("ecr").batch_get_image,
            repositoryName=_name(pushed.repository),
            imageIds=[{"imageDigest": pushed.digest}],
        )
        kinds = [image.get("imageManifestMediaType") for image in answer["images"]]
        if kinds and kinds[0] is not None and kinds[0] not in ONE_IMAGE:
            raise ImageFailed(
                f"{pushed.uri} is {kinds[0]}, an image index",
                expected="one image for one processor without attestations, as Lambda requires",
                remedy="build it with tracemark images build",
            )


def repositories(outputs: Mapping[str, str], images: tuple[ProjectImage, ...]) -> dict[str, str]:
    """Return the repository URI of each image by its local name, from the outputs of the registry stack."""
    return {image.repository: outputs[image.output] for image in images}


def _name(repository: str) -> str:
    return repository.partition("/")[2]
