"""Every module says what it offers, and offers what it says."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = [
    "conversation",
    "models",
    "corpus",
    "scripts_library",
    "agents",
    "simulators",
    "evaluation",
    "graphs",
    "campaigns",
    "training",
    "ai_salesman",
]
MODULES = sorted(
    path
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if path.name not in ("__main__.py",)
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_all_names_exist_and_public_things_are_documented(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{path} does not say what it is for"
    if path.name == "__init__.py":
        return
    definitions = {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    }
    values = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    faces = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "__all__"
    ]
    assert faces, f"{path} has no __all__"
    for name in faces[0]:
        assert name in definitions or name in values, f"{path} does not define {name}"
        if name in definitions:
            assert ast.get_docstring(definitions[name]), f"{path}: {name} is not documented"


def test_the_package_offers_what_it_says() -> None:
    import ai_salesman

    for name in ai_salesman.__all__:
        assert getattr(ai_salesman, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'Seller'"):
        _ = ai_salesman.Seller
