"""All defects, by name."""

from __future__ import annotations

from collections.abc import Mapping

from ai_salesman.evaluation.defects.base import Defect
from ai_salesman.evaluation.defects.claims import CLAIMS
from ai_salesman.evaluation.defects.deafness import DEAFNESS
from ai_salesman.evaluation.defects.figures import FIGURES
from ai_salesman.evaluation.defects.order import ORDER
from ai_salesman.evaluation.defects.respect import RESPECT
from ai_salesman.evaluation.defects.stuffing import STUFFING

__all__ = ["DEFECTS"]

DEFECTS: Mapping[str, Defect] = {
    defect.name: defect for defect in (*FIGURES, *CLAIMS, *DEAFNESS, *ORDER, *RESPECT, *STUFFING)
}
"""Name -> defect."""
