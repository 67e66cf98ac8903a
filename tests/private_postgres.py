"""A PostgreSQL server of the tests' own: on loopback, in a temporary folder, gone at the end."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

__all__ = ["PrivatePostgres", "private_postgres"]

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
_STRANGER = "nobody"
"""PostgreSQL does not run as root, so root's tests run it as somebody without rights."""


class PrivatePostgres:
    """Starts, stops and starts again; databases by number."""

    def __init__(self, binaries: Path, folder: Path):
        self._binaries = binaries
        self._folder = folder
        self._port = _free_port()
        self._names = itertools.count(1)
        self._run("initdb", "-U", "tester", "-A", "trust", "--no-sync", "-E", "UTF8")
        with (folder / "postgresql.conf").open("a") as settings:
            settings.write(
                f"listen_addresses = '127.0.0.1'\nport = {self._port}\n"
                "unix_socket_directories = ''\nfsync = off\nmax_connections = 60\n"
            )

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._run("pg_ctl", "-w", "-t", "60", "-l", str(self._folder / "log"), "start")

    def stop(self) -> None:
        """Stop at once; connections break."""
        self._run("pg_ctl", "-w", "-t", "60", "-m", "fast", "stop")

    def new_database(self) -> str:
        """The URL of an empty database."""
        import psycopg

        name = f"test{next(self._names)}"
        where = f"host=127.0.0.1 port={self._port} user=tester dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql+psycopg://tester@127.0.0.1:{self._port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        stranger = {"user": _STRANGER, "group": "nogroup", "extra_groups": []}
        done = subprocess.run(
            [self._binaries / program, "-D", self._folder, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            timeout=120,
            check=False,
            **(stranger if os.geteuid() == 0 else {}),  # type: ignore[call-overload]
        )
        assert done.returncode == 0, f"{program} ended with {done.returncode}"


@contextmanager
def private_postgres() -> Iterator[PrivatePostgres]:
    """A running server; the test is skipped, with the reason, where there can be none."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: no PostgreSQL client")
    folder = Path(tempfile.mkdtemp(prefix="ai-salesman-postgres-"))
    try:
        server = PrivatePostgres(_binaries(), folder / _ours(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ours(folder: Path) -> str:
    """A subfolder that the server's user owns."""
    (folder / "data").mkdir(mode=0o700)
    if os.geteuid() == 0:
        folder.chmod(0o755)
        shutil.chown(folder / "data", _STRANGER, "nogroup")
    return "data"


def _binaries() -> Path:
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    for place in _PLACES:
        found = sorted(Path("/").glob(place.lstrip("/")))
        if found:
            return found[-1]
    pytest.skip("no PostgreSQL server here (initdb is not found); Debian: apt install postgresql")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
