"""Group turns that say the same thing in other words.

Average-linkage clustering of unit vectors, cut at a cosine. One cut serves all cells: where the
silhouette (Rousseeuw, 1987) over all cells is best, or rather the coarsest cut that comes near
it, because larger groups know more about their success.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["CUTS", "Dendrogram", "choose_cut"]

CUTS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
"""Cosines that are tried."""
_NEAR_BEST = 0.95
_FEWEST = 8
"""Texts that a cell must have to have a say in the cut."""


class Dendrogram:
    """The tree of one cell's texts, ready to be cut.

    Args:
        vectors: unit vectors, shape (texts, dimensions), in an order of the texts' own (sorted),
            so that ties do not depend on the order in which they were met.
    """

    def __init__(self, vectors: NDArray[np.float32]):
        from scipy.cluster.hierarchy import linkage
        from scipy.spatial.distance import squareform

        apart = np.clip(1.0 - vectors.astype(float) @ vectors.astype(float).T, 0.0, None)
        apart = (apart + apart.T) / 2
        np.fill_diagonal(apart, 0.0)
        self.size = len(vectors)
        self._apart = apart
        self._tree = linkage(squareform(apart, checks=False), "average") if self.size > 1 else None

    def labels(self, cut: float) -> NDArray[np.int32]:
        """The group of each text when groups are on average at least `cut` alike."""
        from scipy.cluster.hierarchy import fcluster

        if self._tree is None:
            return np.zeros(self.size, dtype=np.int32)
        return np.asarray(fcluster(self._tree, 1.0 - cut, "distance"), dtype=np.int32)

    def silhouette(self, cut: float) -> float:
        """How well groups stand apart, -1 to 1; 0 when there is one group, or one for each."""
        from sklearn.metrics import silhouette_score

        labels = self.labels(cut)
        if not 2 <= len(set(labels.tolist())) < self.size:
            return 0.0
        return float(silhouette_score(self._apart, labels, metric="precomputed"))

    def medoid(self, members: Sequence[int], weights: Sequence[int]) -> int:
        """The member nearest to all others, each counted `weights` times; the first of equals."""
        apart = self._apart[np.ix_(members, members)] @ np.asarray(weights, dtype=float)
        return members[int(np.argmin(np.round(apart, 9)))]


def choose_cut(cells: Sequence[Dendrogram]) -> float:
    """The coarsest cut whose silhouette is within 5 percent of the best."""
    large = [cell for cell in cells if cell.size >= _FEWEST]
    weights = [cell.size for cell in large]
    if not large:
        return CUTS[len(CUTS) // 2]
    quality = {
        cut: float(np.average([c.silhouette(cut) for c in large], weights=weights)) for cut in CUTS
    }
    best = max(quality.values())
    return next(cut for cut in CUTS if quality[cut] >= _NEAR_BEST * best)
