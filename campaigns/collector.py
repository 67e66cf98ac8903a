"""Let Python's garbage collector rest while calls are played.

By default it looks at the youngest objects after 700 new ones and every so often at all that live.
A run makes thousands of small objects a call, nearly all freed without it, so it mostly walks over
prompts, personas and turns that are in use: about an eighth of the CPU time of a call whose seats
are endpoints (`benchmarks/orchestration.py`).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["rare_collection"]

_YOUNG, _MIDDLE, _OLD = 50_000, 20, 100


@contextmanager
def rare_collection() -> Iterator[None]:
    """Collect rarely during the body, then as before."""
    before = gc.get_threshold()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
