"""Where the files that tests read are."""

from __future__ import annotations

from pathlib import Path

__all__ = ["CAMPAIGNS", "ROOT"]

ROOT = Path(__file__).parent.parent
CAMPAIGNS = ROOT / "examples" / "campaigns"
