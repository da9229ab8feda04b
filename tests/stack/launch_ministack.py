"""Start ministack for the tests, by its own Python, with two things done as on AWS.

The templates take images of ECR by digest alone. Here the digest is the one by which the engine itself knows the image,
so what is asked for is looked up by that, whatever registry and repository stand before it.

A function that CloudFormation deletes takes its running environments along; ministack would keep their containers warm.
"""

from __future__ import annotations

from typing import Any

from docker.models.containers import ContainerCollection
from docker.models.images import ImageCollection
from ministack.app import main
from ministack.core.responses import get_account_id
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

_get, _create = ImageCollection.get, ContainerCollection.create


def _known(image: str) -> str:
    return image.partition("@")[2] or image


def _get_known(self: ImageCollection, name: str) -> Any:
    return _get(self, _known(name))


def _create_known(self: ContainerCollection, image: str, *arguments: Any, **options: Any) -> Any:
    return _create(self, _known(image), *arguments, **options)


def _delete_with_containers(name: str, properties: Any) -> None:
    _delete(name, properties)
    lambda_svc._pool_kill_function(get_account_id(), name)


_function = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
_delete, _function["delete"] = _function["delete"], _delete_with_containers
ImageCollection.get, ContainerCollection.create = _get_known, _create_known
main()
