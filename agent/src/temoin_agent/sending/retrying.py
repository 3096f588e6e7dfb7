"""How patiently a receiver is asked within one command; what fails then waits in the outbox for the next one."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from temoin_agent.outbox.refusals import ProblemDetails
from temoin_agent.sending.answers import ReceiverBusy, read_answer
from temoin_agent.sending.transport import Connection, Delays
from temoin_sdk.errors import ReceiverUnreachable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """Attempts per report, and waits in seconds between them: exponential with jitter, never above `longest`.

    A Retry-After up to `longest_asked` is waited for; beyond it the report goes back to waiting in the outbox, which
    honours it better than asking again too early.
    """

    attempts: int = 4
    first: float = 1.0
    longest: float = 20.0
    longest_asked: float = 60.0
    delays: Delays = field(default_factory=Delays)
    sleep: Callable[[float], None] = time.sleep

    def once(self) -> Self:
        """For a receiver that has already failed in this command: each further report still gets its chance."""
        return replace(self, attempts=1)


def send(connection: Connection, jws: str, patience: Patience) -> str | ProblemDetails:
    """The receiver's receipt or refusal. Raises ReceiverUnreachable once patience is over."""

    return insist(lambda: read_answer(connection.post_report(jws), connection.recepteur), patience)


def insist(attempt: Callable[[], T], patience: Patience) -> T:
    """What `attempt` answers, tried again while the trouble may pass. Raises what its last try raised."""
    retrying = Retrying(
        stop=stop_after_attempt(patience.attempts),
        wait=lambda state: _wait(state, patience),
        retry=retry_if_exception(lambda error: _is_worth_it(error, patience)),
        sleep=patience.sleep,
        reraise=True,
    )
    return retrying(attempt)


def _is_worth_it(error: BaseException, patience: Patience) -> bool:
    if isinstance(error, ReceiverBusy) and error.attendre is not None and error.attendre > patience.longest_asked:
        return False
    return isinstance(error, ReceiverUnreachable) and error.retryable


def _wait(state: RetryCallState, patience: Patience) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    if isinstance(error, ReceiverBusy) and error.attendre is not None:
        return error.attendre
    return wait_exponential_jitter(multiplier=patience.first, max=patience.longest, jitter=patience.first)(state)
