"""A check as a value, and the examination that runs checks one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tracemark.document import Json
from tracemark.errors import TracemarkError
from tracemark_cli.checks.finding import Finding, Severity

Findings = Iterable[Finding]


@dataclass(frozen=True, slots=True)
class Check:
    """One question to a set-up; `findings` yields what is wrong, and nothing when all is well."""

    name: str
    findings: Callable[[], Findings]

    def run(self) -> CheckResult:
        """Ask the question; an error on the way is a finding, too, because the answer is then not known."""
        found: list[Finding] = []
        try:
            for finding in self.findings():
                if finding not in found:
                    found.append(finding)
        except TracemarkError as error:
            found.append(Finding.of(error))
        return CheckResult(self.name, tuple(found))


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found."""

    name: str
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Report:
    """What the doctor found, check by check."""

    results: Sequence[CheckResult]

    @property
    def errors(self) -> int:
        """The number of findings with which a job would fail."""
        return self._count(Severity.ERROR)

    @property
    def warnings(self) -> int:
        """The number of findings that are worth a look."""
        return self._count(Severity.WARNING)

    def to_json(self) -> dict[str, Json]:
        """Return the report for machines."""
        return {
            "errors": self.errors,
            "warnings": self.warnings,
            "checks": [
                {"name": result.name, "findings": [finding.to_json() for finding in result.findings]}
                for result in self.results
            ],
        }

    def _count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for result in self.results for finding in result.findings)


def examine(checks: Sequence[Check], done: Callable[[CheckResult], None]) -> Report:
    """Run every check in order; `done` hears each result as it comes."""
    results = []
    for check in checks:
        results.append(check.run())
        done(results[-1])
    return Report(tuple(results))
