"""Who is the salesman and who the customer, by the names that others give them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ai_salesman.conversation.taxonomy import Speaker

__all__ = ["Roles", "Said", "tidy"]

_SALESMAN = (
    *("salesman", "salesperson", "saleswoman", "sales", "seller", "sales rep", "salesrep", "rep"),
    *("representative", "sales representative", "sales agent", "agent", "assistant", "bot", "gpt"),
    *("telemarketer", "telesales", "persuader", "advisor", "consultant", "operator", "model"),
    *("销售", "销售员", "销售人员", "电销", "电销员", "推销员", "业务员", "坐席", "座席"),
    *("客服", "顾问", "客户经理", "助手", "机器人"),
)
_CUSTOMER = (
    *("customer", "buyer", "user", "human", "client", "prospect", "lead", "consumer", "persuadee"),
    *("shopper", "merchant", "客户", "顾客", "用户", "买家", "消费者", "商户"),
)
_SILENT = ("system", "tool", "function", "developer", "系统")
_KNOWN: dict[str, Speaker] = {
    **dict.fromkeys(_SALESMAN, Speaker.SALESMAN),
    **dict.fromkeys(_CUSTOMER, Speaker.CUSTOMER),
}
_OPEN, _CLOSE, _COLON = r"[\[\u3010(\uff08]", r"[\]\u3011)\uff09]", "[:\uff1a]"
"""Brackets and colons, of Chinese type too."""
_PREFIXED = re.compile(
    rf"\s*{_OPEN}?\s*([^:\uff1a\]\u3011)\uff09\n]{{1,30}}?)\s*{_CLOSE}?\s*{_COLON}(.*)", re.DOTALL
)


class Said(NamedTuple):
    """What somebody said."""

    speaker: Speaker
    text: str


class Roles:
    """Whose name is whose."""

    def __init__(self, salesman: Iterable[str] = (), customer: Iterable[str] = ()):
        self._named: dict[str, Speaker] = {
            **{_plain(name): Speaker.SALESMAN for name in salesman},
            **{_plain(name): Speaker.CUSTOMER for name in customer},
        }

    def speaker(self, role: str) -> Speaker | None:
        """Who plays `role`; None: nobody known."""
        plain = _plain(role)
        bare = plain.strip("0123456789 ")
        for known in (self._named, _KNOWN):
            for name in (plain, bare):
                if name in known:
                    return known[name]
        return None

    @staticmethod
    def silent(role: str) -> bool:
        """Whether `role` instructs or computes, and speaks with nobody."""
        return _plain(role) in _SILENT

    def prefixed(self, text: str) -> Said | None:
        """'Customer: hello' as what the customer said; None: it does not begin with a role."""
        match = _PREFIXED.fullmatch(text)
        speaker = self.speaker(match[1]) if match else None
        return Said(speaker, tidy(match[2])) if match and speaker else None


def tidy(text: str) -> str:
    """Single spaces, and nothing that cannot be written as UTF-8."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def _plain(role: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", role.casefold()).split())
