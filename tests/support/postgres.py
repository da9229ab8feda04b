"""A PostgreSQL cluster of the tests' own, made from Debian's binaries in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg
import pytest

_BINARIES = Path("/usr/lib/postgresql")
# Nothing here outlives a test, so nothing need outlive a power failure: the benchmark does not say this.
UNSAFE = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


@dataclass
class Cluster:
    """A context manager: the server listens on a socket in its own folder, and on `port` of the loopback interface."""

    options: tuple[str, ...] = UNSAFE
    port: int | None = None

    def __enter__(self) -> Cluster:
        self.folder = Path(tempfile.mkdtemp(prefix="tracemark-postgres-"))
        # PostgreSQL refuses to run as root; Debian's package makes a user for it.
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        self._run("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "-U", "postgres")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def stop(self) -> None:
        """End it at once, as a crash does."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")

    def start(self) -> None:
        tcp = ["-p", str(self.port), "-c", "listen_addresses=127.0.0.1"] if self.port else ["-c", "listen_addresses=''"]
        options = " ".join(["-k", str(self.folder), *tcp, "-c", "max_connections=300", *self.options])
        self._run("pg_ctl", "start", "-w", "-l", str(self.folder / "log"), "-o", options)

    def database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"t{uuid.uuid4().hex}"
        where = f"host={self.folder} port={self.port or 5432} user=postgres dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        if self.port:
            return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(_newest(program)), "-D", str(self.folder / "data"), *arguments]
        as_user: dict[str, Any] = {"user": self.user, "group": self.user} if os.geteuid() == 0 else {}
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=self.folder, timeout=120, check=False, **as_user
        )
        if done.returncode:
            log = self.folder / "log"
            pytest.fail(f"{program}: {done.stdout}{done.stderr}{log.read_text() if log.exists() else ''}")


def _newest(program: str) -> Path:
    found = sorted(_BINARIES.glob(f"*/bin/{program}"), key=lambda file: int(file.parts[-3]))
    if not found:
        pytest.fail(f"there is no {program} below {_BINARIES}: run scripts/postgresql")
    return found[-1]
