"""How many threads torch uses, decided before torch is there.

A campaign wants one thread (the number changes the last bits of every sum), but a campaign whose
seats are all endpoints never loads torch, which takes seconds and hundreds of megabytes.
"""

from __future__ import annotations

import sys

__all__ = ["ask_for_threads", "use_threads_asked"]

_asked: int | None = None


def ask_for_threads(count: int) -> None:
    """Have torch use `count` threads: at once if it is loaded, else as soon as it is."""
    global _asked
    _asked = count
    if "torch" in sys.modules:
        use_threads_asked()


def use_threads_asked() -> None:
    """Called by what has loaded torch; does nothing when nobody asked."""
    if _asked is not None:
        import torch

        torch.set_num_threads(_asked)
