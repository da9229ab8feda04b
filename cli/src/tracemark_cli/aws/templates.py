"""The CloudFormation templates, as they are packed with the command."""

from __future__ import annotations

from importlib import resources

import tracemark_cli

STACK = "cloudformation.yaml"
REGISTRY = "registry.yaml"
PRERENDER = "prerender.yaml"

MAX_TEMPLATE_BYTES = 51_200
"""What CloudFormation takes in a request; a larger template would have to lie in S3 first."""


def template(name: str) -> str:
    """Return a template's text."""
    return (resources.files(tracemark_cli) / "templates" / name).read_text(encoding="utf-8")
