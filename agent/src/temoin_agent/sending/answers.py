"""What an answer means: a receipt to verify, a refusal to believe, or a reason to try again later."""

from pydantic import ValidationError

from temoin_agent.configuration.models import Recepteur
from temoin_agent.outbox.refusals import ProblemDetails
from temoin_agent.sending.transport import Answer
from temoin_sdk.errors import Acteur, ReceiverUnreachable

_TRANSIENT = frozenset({408, 425, 429})
_WRONG_ADDRESS = frozenset({404, 405})


class ReceiverBusy(ReceiverUnreachable):
    """The receiver is there and cannot take the report now; `attendre` is the delay it asks for, in seconds."""

    code = "recepteur_occupe"

    def __init__(self, message: str, *, remede: str, attendre: float | None) -> None:
        super().__init__(message, remede=remede)
        self.attendre = attendre


def read_answer(answer: Answer, recepteur: Recepteur) -> str | ProblemDetails:
    """The text of a receipt, not verified yet, or the refusal.

    A refusal is believed only in the form receivers give it (problem+json with a code): a proxy's 403 or a stranger's
    404 says nothing of the report, which keeps waiting. Raises ReceiverBusy, ReceiverUnreachable.
    """
    if answer.statut in (200, 201):
        return answer.corps.decode("ascii", errors="replace")
    problem = _problem(answer)
    if answer.statut >= 500 or answer.statut in _TRANSIENT or (problem is not None and problem.retryable):
        raise _busy(answer, problem, recepteur)
    if 400 <= answer.statut < 500 and answer.statut not in _WRONG_ADDRESS and problem is not None:
        return problem
    raise ReceiverUnreachable(
        f"{recepteur.url} ne répond pas comme un récepteur de Témoin (statut HTTP {answer.statut}).",
        remede=f"Le rapport attend. Vérifiez url = … de [[recepteurs]] « {recepteur.code} », puis le proxy ou le "
        "pare-feu de votre réseau.",
        code="reponse_inattendue",
        acteur=Acteur.GESTIONNAIRE,
        retryable=False,
    )


def read_text(answer: Answer, recepteur: Recepteur) -> str:
    """The text of a 200, not believed yet. Raises ReceiverBusy, ReceiverUnreachable."""
    if answer.statut == 200:
        return answer.corps.decode("utf-8", errors="replace")
    problem = _problem(answer)
    if answer.statut >= 500 or answer.statut in _TRANSIENT:
        raise _busy(answer, problem, recepteur)
    said = f" : {problem.phrase}" if problem is not None else ""
    raise ReceiverUnreachable(
        f"Le récepteur « {recepteur.code} » ne montre pas son registre (HTTP {answer.statut}){said}.",
        remede="Le rapport attend. Vérifiez que rien, sur votre réseau, ne bloque /v1/registre/, puis prévenez l'ARS.",
        code="registre_injoignable",
        retryable=False,
    )


def _problem(answer: Answer) -> ProblemDetails | None:
    try:
        return ProblemDetails.model_validate_json(answer.corps)
    except ValidationError:
        return None


def _busy(answer: Answer, problem: ProblemDetails | None, recepteur: Recepteur) -> ReceiverBusy:
    said = f" : {problem.phrase}" if problem is not None else ""
    when = "plus tard" if answer.attendre is None else f"dans {_duration(answer.attendre)}"
    return ReceiverBusy(
        f"Le récepteur « {recepteur.code} » ne peut pas prendre le rapport maintenant (HTTP {answer.statut}){said}.",
        remede=f"Rien n'est perdu : le rapport attend. Relancez « temoin push » {when}.",
        attendre=answer.attendre,
    )


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{max(1, round(seconds))} secondes"
    return f"{round(seconds / 60)} minutes"
