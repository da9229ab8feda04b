"""Commands on a staged AWS."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from support.staged_aws import StagedAws
from support.staged_stacks import StagedStacks

from tracemark_cli.main import main

Run = Callable[..., Result]


@pytest.fixture
def stacks() -> StagedStacks:
    return StagedStacks()


@pytest.fixture
def aws(stacks: StagedStacks) -> StagedAws:
    return StagedAws(stacks.replies())


@pytest.fixture
def run(aws: StagedAws) -> Run:
    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, arguments, obj=aws, input=typed)

    return run
