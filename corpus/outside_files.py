"""Read files that others wrote, as JSON or JSON lines; what is broken is told, not raised."""

from __future__ import annotations

import codecs
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ai_salesman.conversation.errors import InputError

__all__ = ["Broken", "Content", "Record", "content_of", "files_of"]

_SUFFIXES = (".json", ".jsonl", ".ndjson")


class Record(NamedTuple):
    """A piece of JSON, and where it stands."""

    place: str
    value: object


class Broken(NamedTuple):
    """Something that is no JSON, or no text."""

    place: str
    reason: str
    detail: str = ""


class Content(NamedTuple):
    """What a file holds."""

    records: tuple[Record, ...]
    """JSON lines: one a line. JSON: one, the whole."""
    broken: tuple[Broken, ...]
    lines: bool
    """The file holds JSON lines."""


def files_of(sources: Sequence[Path]) -> list[tuple[Path, str]]:
    """(file, name for people) of files, and of the JSON files in folders and below.

    Raises:
        InputError: a source does not exist, or a folder has no such file.
    """
    found: dict[Path, str] = {}
    for source in sources:
        if source.is_dir():
            paths = sorted(source.rglob("*"))
            within = [path for path in paths if path.suffix.lower() in _SUFFIXES]
            if not within:
                raise InputError(f"no {', '.join(_SUFFIXES)} file in this folder", source=source)
            found |= {path: str(path.relative_to(source)) for path in within if path.is_file()}
        elif source.exists():
            found[source] = source.name
        else:
            raise InputError("no such file or folder; check the path", source=source)
    # A name may be no UTF-8, which nobody could print.
    return [(path, name.encode("utf-8", "replace").decode()) for path, name in found.items()]


def content_of(path: Path, name: str) -> Content:
    """The JSON of a file, whichever way it is written; places begin with `name`."""
    try:
        data = _as_utf8(path.read_bytes())
    except OSError as error:
        return Content((), (Broken(name, "unreadable file", error.strerror or ""),), False)
    if not data.strip():
        return Content((), (Broken(name, "empty file"),), False)
    whole = _parsed(name, data)
    lines = [(n, line) for n, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    if isinstance(whole, Record) and (len(lines) > 1 or path.suffix == ".json"):
        return Content((whole,), (), False)
    return _content_of_lines(name, lines, whole, 0 if path.suffix != ".json" else 0.5)


def _as_utf8(data: bytes) -> bytes:
    """Line breaks of UTF-16 are none of a byte: what says that it is that is written anew."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace").encode()
    return data


def _content_of_lines(
    name: str, lines: list[tuple[int, bytes]], whole: Record | Broken, share: float
) -> Content:
    """As JSON lines, unless none is an object or list, or no more than `share` of them."""
    parsed = [_parsed(f"{name}:{number}", line) for number, line in lines]
    records = tuple(one for one in parsed if isinstance(one, Record))
    broken = tuple(one for one in parsed if isinstance(one, Broken))
    held = [record for record in records if isinstance(record.value, dict | list)]
    if isinstance(whole, Broken) and len(held) <= share * len(parsed):
        return Content((), (whole,), False)
    return Content(records, broken, True)


def _parsed(place: str, data: bytes) -> Record | Broken:
    try:
        return Record(place, json.loads(data))
    except UnicodeDecodeError as error:
        return Broken(place, "not UTF-8", f"byte {error.start}")
    except RecursionError:
        return Broken(place, "nested too deep")
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else ""
        return Broken(place, "not JSON", f"{error.msg} at {where or f'column {error.colno}'}")
    except ValueError as error:  # such as a number of five thousand digits
        return Broken(place, "not JSON", str(error)[:60])
