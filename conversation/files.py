"""Read YAML files into pydantic models, with errors that name file, line, field and fix."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ai_salesman.conversation.errors import InputError, nearest

__all__ = ["load_yaml", "load_yaml_model", "read_lines", "validate"]

Model = TypeVar("Model", bound=BaseModel)


def read_lines(path: Path) -> list[str]:
    """The lines of a text file, such as JSON lines.

    Only line breaks end a line: JSON strings may hold the other separators of Unicode.

    Raises:
        InputError: the file is missing, unreadable or no UTF-8.
    """
    return _read(path).split("\n")


def load_yaml(path: Path) -> Any:
    """The plain content of a YAML file.

    Raises:
        InputError: the file is missing, unreadable or no YAML.
    """
    try:
        return yaml.load(_read(path), Loader=_SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else path
        problem = getattr(error, "problem", None) or "holds characters that no YAML may hold"
        if mark and _has_tab(path, mark.line):
            problem = "a tab stands here; indent by spaces"
        raise InputError(f"not valid YAML: {problem}; mend it there", source=where) from error


def load_yaml_model(path: Path, model: type[Model]) -> Model:
    """The content of a YAML file as `model`.

    Raises:
        InputError: the file is missing, no YAML, or does not fit; names the first misfit.
    """
    content = load_yaml(path)
    if content is None:
        raise InputError("is empty; write `field: value` lines", source=path)
    if not isinstance(content, dict):
        found = {"list": "a list", "str": "plain text"}.get(type(content).__name__, repr(content))
        raise InputError(f"expected a mapping of fields, found {found}", source=path)
    return validate(content, model, source=path)


def validate(content: dict[str, Any], model: type[Model], *, source: Path | str) -> Model:
    """`content` as `model`, or an `InputError` that names the first misfit."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        details = error.errors(include_url=False)
        # A misspelt field is both unknown and missing: the unknown name tells more.
        first = next((d for d in details if d["type"] == "extra_forbidden"), details[0])
        field = ".".join(str(part) for part in first["loc"]) or None
        line = _line_of(Path(source), first["loc"])
        where = f"{source}:{line}" if line else source
        more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
        raise InputError(_explain(first, model) + more, source=where, field=field) from error


_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        near = nearest(path.stem, _stems_beside(path))
        hint = f"did you mean {near + path.suffix!r}?" if near else "check the path"
        raise InputError(f"no such file; {hint}", source=path) from error
    except IsADirectoryError as error:
        raise InputError("is a folder; name a file in it", source=path) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        byte = f"0x{error.object[error.start]:02x}"
        raise InputError(
            f"is not UTF-8 text (byte {byte}); save it as UTF-8", source=f"{path}:{line}"
        ) from error
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", source=path) from error


def _has_tab(path: Path, line: int) -> bool:
    """Whether a line of a file is indented by a tab."""
    text = dict(enumerate(_read(path).splitlines())).get(line, "")
    return "\t" in text[: len(text) - len(text.lstrip())]


def _stems_beside(path: Path) -> list[str]:
    """Names, without the suffix, of files of the same kind in the folder of `path`."""
    return [p.stem for p in path.parent.glob(f"*{path.suffix}") if p.is_file()]


def _explain(detail: ErrorDetails, model: type[BaseModel]) -> str:
    kind = detail["type"]
    if kind == "extra_forbidden":
        near = nearest(str(detail["loc"][-1]), _fields_at(model, detail["loc"][:-1]))
        return "unknown field; " + (f"did you mean {near!r}?" if near else "remove it")
    if kind == "missing":
        return "this field is required; add it"
    if kind in ("enum", "literal_error"):
        expected = str(detail.get("ctx", {}).get("expected", ""))
        names = [name.strip(" '") for name in expected.replace(" or ", ", ").split(",")]
        near = nearest(str(detail["input"]), names)
        hint = f"did you mean {near!r}?" if near else f"one of {', '.join(names)}"
        return f"unknown value {detail['input']!r}; {hint}"
    message = detail["msg"].removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    if kind == "value_error":
        return message
    return f"{message}; found {detail['input']!r}"


def _fields_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """Field names of the model that stands at `loc` below `model`; empty if unclear."""
    current: Any = model
    for part in loc:
        if isinstance(part, str) and isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(part)
            current = _model_in(field.annotation) if field else None
    if isinstance(current, type) and issubclass(current, BaseModel):
        return list(current.model_fields)
    return []


def _model_in(annotation: Any) -> Any:
    """The first pydantic model inside an annotation such as `dict[str, Fact]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None


def _line_of(path: Path, loc: tuple[int | str, ...]) -> int | None:
    """Line in the file where the deepest known part of `loc` stands."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_SafeLoader)
    except (OSError, yaml.YAMLError):
        return None
    line = None
    for part in loc:
        child = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(part):
                    child, line = value, key.start_mark.line + 1
        elif (
            isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value)
        ):
            child = node.value[part]
            line = child.start_mark.line + 1
        if child is None:
            break
        node = child
    return line
