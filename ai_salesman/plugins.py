"""Customers and judges from a user's Python file: `python:<file.py>:<name>`."""

from __future__ import annotations

from typing import Any

from ai_salesman.conversation.errors import AiSalesmanError, InputError, ModelReplyError
from ai_salesman.conversation.turn import Turn
from ai_salesman.evaluation.base import Judge
from ai_salesman.models.callable_model import load_object
from ai_salesman.simulators.base import Customer, CustomerReply, CustomerState, Scene

__all__ = ["PluginCustomer", "plugin_customer", "plugin_judge"]


class PluginCustomer:
    """A customer of somebody else's: what it does wrong costs one call, not the run."""

    def __init__(self, customer: Customer, uri: str):
        self.name = customer.name
        self._customer = customer
        self._uri = uri

    def begin(self, scene: Scene) -> CustomerState:
        """The mind that the plug-in begins with.

        Raises:
            InputError: it raised, or returned none; no call of this run could begin.
        """
        try:
            state: object = self._customer.begin(scene)
        except Exception as error:
            message = f"begin raised {type(error).__name__}: {error}"
            raise InputError(message, source=self._uri) from error
        if not isinstance(state, CustomerState):
            raise InputError(
                f"begin returned {state!r:.80}; return a CustomerState", source=self._uri
            )
        return state

    async def respond(self, state: CustomerState, transcript: tuple[Turn, ...]) -> CustomerReply:
        """The plug-in's answer.

        Raises:
            ModelReplyError: it raised, or returned no reply.
        """
        try:
            reply: object = await self._customer.respond(state, transcript)
        except AiSalesmanError:
            raise
        except Exception as error:
            raise ModelReplyError(f"{self._uri} raised {type(error).__name__}: {error}") from error
        if not isinstance(reply, CustomerReply):
            raise ModelReplyError(f"{self._uri} returned {reply!r:.80} instead of a CustomerReply")
        return reply


def plugin_customer(uri: str) -> Customer:
    """The customer that `python:<file.py>:<name>` names: an instance, or a class to make one of.

    Raises:
        InputError: the file cannot be used, or what it names is no customer.
    """
    return PluginCustomer(_part(uri, "name", "begin", "respond"), uri)


def plugin_judge(uri: str) -> Judge:
    """The judge that `python:<file.py>:<name>` names: an instance, or a class to make one of.

    Raises:
        InputError: the file cannot be used, or what it names is no judge.
    """
    judge: Judge = _part(uri, "name", "version", "judge")
    return judge


def _part(uri: str, *needed: str) -> Any:
    found = load_object(uri)
    try:
        part = found() if isinstance(found, type) else found
    except Exception as error:  # whatever a user's class does wrong is reported in one sentence
        message = f"cannot be made ({type(error).__name__}: {error})"
        raise InputError(message, source=uri) from error
    missing = [name for name in needed if not hasattr(part, name)]
    if missing:
        raise InputError(f"has no {missing[0]!r}; a plug-in here needs one", source=uri)
    return part
