"""The manifest of an image in a registry: one image or several, and for which processor."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tracemark.document import Json, Node, read_json
from tracemark.errors import DataError, TracemarkError
from tracemark_cli.aws.answers import try_call

# https://docs.aws.amazon.com/lambda/latest/dg/images-create.html: one image, no index and no attestations
ONE_IMAGE = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
)
_ECR_URI = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/(?P<repository>[^@:]+)(?:@(?P<digest>sha256:[0-9a-f]{64})|:(?P<tag>.+))"
)


@dataclass(frozen=True)
class InRegistry:
    """An ECR client, and a function that fetches a signed URL and raises `StorageUnavailable`."""

    ecr: Any
    fetch: Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Architecture:
    """A processor by Docker's name, or why it is unknown; `certain` if Lambda would refuse the image."""

    name: str = ""
    problem: str = ""
    certain: bool = False


def architecture(registry: InRegistry, image_uri: str) -> Architecture:
    """Return the processor that an image in ECR was built for."""
    match = _ECR_URI.fullmatch(image_uri)
    if not match:
        return Architecture(problem="it is not an ECR image with digest or tag", certain=True)
    place = {"registryId": match["account"], "repositoryName": match["repository"]}
    image = {"imageDigest": match["digest"]} if match["digest"] else {"imageTag": match["tag"]}
    answer = try_call(registry.ecr.batch_get_image, **place, imageIds=[image])
    if answer.code:
        return Architecture(problem=f"the image could not be inspected ({answer.code}: {answer.message})")
    if not answer.value["images"]:
        return Architecture(problem="the image is not in its repository", certain=True)
    return _of_manifest(registry, place, answer.value["images"][0])


def _of_manifest(registry: InRegistry, place: dict[str, str], image: Json) -> Architecture:
    try:
        manifest = read_json(image["imageManifest"], "image manifest")
        kind = image.get("imageManifestMediaType") or _text(manifest, "mediaType")
        if kind not in ONE_IMAGE:
            return Architecture(problem=f"it is {kind}, an image index, which Lambda does not accept", certain=True)
        digest = manifest["config"]["digest"].text()
    except DataError as error:
        return Architecture(problem=f"its manifest cannot be read ({error})")
    answer = try_call(registry.ecr.get_download_url_for_layer, **place, layerDigest=digest)
    if answer.code:
        return Architecture(problem=f"its configuration could not be fetched ({answer.code}: {answer.message})")
    return _of_config(registry, answer.value["downloadUrl"])


def _of_config(registry: InRegistry, url: str) -> Architecture:
    try:
        return Architecture(name=read_json(registry.fetch(url), "image configuration")["architecture"].text())
    except TracemarkError as error:
        return Architecture(problem=f"its configuration cannot be read ({error})")


def _text(node: Node, key: str) -> str:
    found = node.get(key)
    return found.text() if found else "of an unknown type"
