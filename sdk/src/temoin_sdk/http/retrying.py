"""Asking again what may pass, within the deadline of the whole read."""

from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from temoin_sdk.errors import TemoinError
from temoin_sdk.http.deadline import Deadline
from temoin_sdk.http.messages import Passing
from temoin_sdk.http.patience import Patience

T = TypeVar("T")


def persevere(attempt: Callable[[], T], patience: Patience, deadline: Deadline) -> T:
    """What `attempt` returns at last. Raises the error of the last Passing once patience or time is over."""

    def worth_it(error: BaseException) -> bool:
        if not isinstance(error, Passing):
            return False
        return not deadline.passed and (error.attendre is None or error.attendre < deadline.remaining())

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        if isinstance(error, Passing) and error.attendre is not None:
            return max(error.attendre, patience.first)
        growing = wait_exponential_jitter(multiplier=patience.first, max=patience.longest, jitter=patience.first)
        return min(growing(state), deadline.remaining())

    retrying = Retrying(
        stop=stop_after_attempt(patience.attempts),
        wait=wait,
        retry=retry_if_exception(worth_it),
        sleep=patience.sleep,
        reraise=True,
    )
    failure: TemoinError
    try:
        return retrying(attempt)
    except Passing as passing:
        failure = passing.error
    raise failure
