"""The template as CloudFormation sees it: tags read, parameters filled in, conditions decided."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
DIGEST = "@sha256:" + "0123456789abcdef" * 4
REQUIRED = {
    "PreLabelingImageUri": f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/tracemark-prelabel{DIGEST}",
    "PostLabelingImageUri": f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/tracemark-postlabel{DIGEST}",
}
PSEUDO_PARAMETERS = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/"
    + "s" * 128
    + "/51af3dc0-da77-11e4-872e-aaaa",
    "AWS::URLSuffix": "amazonaws.com",
}
ABSENT = object()
"""What `AWS::NoValue` stands for."""

Deploy = Callable[..., dict[str, Any]]


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, as their long forms."""


def _long_form(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise TypeError(f"!{name} of a mapping")
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _long_form)


@dataclass(frozen=True)
class _Resolver:
    """Fills in functions; a resource's `Ref` becomes `<Name>`, its attribute `<Name.Attribute>`."""

    document: dict[str, Any]
    parameters: dict[str, str]

    def __call__(self, value: Any) -> Any:
        if isinstance(value, list):
            return [item for item in map(self, value) if item is not ABSENT]
        if not isinstance(value, dict):
            return value
        name, argument = next(iter(value.items())) if len(value) == 1 else ("", None)
        if name == "Ref" or name.startswith("Fn::"):
            return self._functions[name](argument)
        if name == "Condition" and isinstance(argument, str):
            return self.holds(argument)
        found = {key: self(item) for key, item in value.items()}
        return {key: item for key, item in found.items() if item is not ABSENT}

    @property
    def _functions(self) -> dict[str, Callable[[Any], Any]]:
        return {
            "Ref": self._ref,
            "Fn::GetAtt": lambda argument: self._existing(argument[0], ".".join(argument)),
            "Fn::Sub": self._sub,
            "Fn::If": lambda argument: self(argument[1] if self.holds(argument[0]) else argument[2]),
            "Fn::Select": self._select,
            "Fn::Split": lambda argument: self(argument[1]).split(argument[0]),
            "Fn::Equals": lambda argument: self(argument[0]) == self(argument[1]),
            "Fn::Or": lambda argument: any(map(self, argument)),
            "Fn::Not": lambda argument: not self(argument[0]),
        }

    def _select(self, argument: Any) -> Any:
        index, values = int(argument[0]), self(argument[1])
        # A part of what a resource's `Ref` would give on AWS.
        return values[index] if index < len(values) else f"{values[0]}[{index}]"

    def holds(self, condition: str) -> bool:
        return bool(self(self.document["Conditions"][condition]))

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return ABSENT
        values = PSEUDO_PARAMETERS | self.parameters
        return values[name] if name in values else self._existing(name, name)

    def _existing(self, resource: str, text: str) -> str:
        condition = self.document["Resources"][resource].get("Condition")
        assert condition is None or self.holds(condition), f"{text} is used where {resource} does not exist"
        return f"<{text}>"

    def _sub(self, argument: Any) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else argument

        def filled(match: re.Match[str]) -> str:
            name = match[1]
            if name in given:
                return str(self(given[name]))
            resource, _, attribute = name.partition(".")
            return str(self._existing(resource, name) if attribute else self._ref(name))

        return re.sub(r"\$\{([^}!]+)\}", filled, text)


@pytest.fixture(scope="session")
def template_path() -> Path:
    return PROJECT / "infra" / "cloudformation.yaml"


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT


@pytest.fixture(scope="session")
def read() -> Callable[[Path], dict[str, Any]]:
    """Read a template in long form, nothing filled in."""

    def document(path: Path) -> dict[str, Any]:
        # _Loader is a SafeLoader.
        found = yaml.load(path.read_text("utf-8"), Loader=_Loader)
        assert isinstance(found, dict)
        return found

    return document


@pytest.fixture(scope="session")
def template(read: Callable[[Path], dict[str, Any]], template_path: Path) -> dict[str, Any]:
    """The template of the functions and the bucket."""
    return read(template_path)


@pytest.fixture(scope="session")
def deploy(template: dict[str, Any]) -> Deploy:
    """Fill in parameters and leave out what their conditions exclude; rules, resources and outputs are returned."""

    def with_parameters(**given: str) -> dict[str, Any]:
        defaults = {name: str(facts["Default"]) for name, facts in template["Parameters"].items() if "Default" in facts}
        resolver = _Resolver(template, defaults | REQUIRED | given)

        def section(name: str) -> dict[str, Any]:
            return {
                key: resolver(item)
                for key, item in template[name].items()
                if "Condition" not in item or resolver.holds(item["Condition"])
            }

        return {name: section(name) for name in ("Rules", "Resources", "Outputs")}

    return with_parameters


@pytest.fixture(scope="session")
def image() -> str:
    """An image URI that every image parameter takes."""
    return REQUIRED["PreLabelingImageUri"]
