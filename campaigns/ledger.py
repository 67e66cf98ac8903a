"""What a run has spent in all its sittings, work that was never stored included."""

from __future__ import annotations

from sqlalchemy import Float, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.turn import TokenUse

__all__ = ["SpendingLedger"]


class _Base(DeclarativeBase):
    pass


class _SpendingRow(_Base):
    __tablename__ = "spending"

    run: Mapped[str] = mapped_column(String(120), primary_key=True)
    tokens_in: Mapped[int] = mapped_column(Integer)
    tokens_out: Mapped[int] = mapped_column(Integer)
    usd: Mapped[float] = mapped_column(Float)


class SpendingLedger:
    """The spending of one run, beside its episodes in the run store."""

    def __init__(self, store: RunStore, run: str):
        self._store = store
        self._run = run

    def read(self) -> TokenUse:
        """Spent so far; at least what the stored episodes cost, which may have had no cap."""
        calls = self._store.calls(self._run)
        stored = TokenUse(
            tokens_in=sum(call.tokens_in for call in calls),
            tokens_out=sum(call.tokens_out for call in calls),
            usd=sum(call.usd for call in calls),
        )
        with self._store.session(_Base.metadata) as session:
            row = session.get(_SpendingRow, self._run)
            if row is None:
                return stored
            return TokenUse(
                tokens_in=max(stored.tokens_in, row.tokens_in),
                tokens_out=max(stored.tokens_out, row.tokens_out),
                usd=max(stored.usd, row.usd),
            )

    def write(self, spent: TokenUse) -> None:
        """Note what is spent by now."""
        with self._store.session(_Base.metadata) as session:
            session.merge(
                _SpendingRow(
                    run=self._run,
                    tokens_in=spent.tokens_in,
                    tokens_out=spent.tokens_out,
                    usd=spent.usd,
                )
            )
