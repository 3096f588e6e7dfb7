"""What a receiver answered when it refused a report: kept beside it, in its own words, cleaned and bounded."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict

from temoin_sdk.report.bounded import InstantUtc

_MAX_TEXT = 2000
_MAX_PROBLEMS = 500


def _clean(text: str) -> str:
    """Printable characters only, in bounded number: these words come from another machine and go to a terminal."""
    return "".join(char if char.isprintable() else " " for char in text[:_MAX_TEXT]).strip()


Texte = Annotated[str, AfterValidator(_clean)]


class _Received(BaseModel):
    """Members that a later receiver may add are let be: its refusal must stay readable."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore")


class ProblemeRecu(_Received):
    """One of the errors the receiver found; `finess` null when it concerns the whole report."""

    code: Texte = ""
    message: Texte = ""
    finess: Texte | None = None


def _bounded(problemes: tuple[ProblemeRecu, ...]) -> tuple[ProblemeRecu, ...]:
    return problemes[:_MAX_PROBLEMS]


class ProblemDetails(_Received):
    """A problem+json (RFC 9457) with the members that receivers of Témoin add."""

    title: Texte = ""
    detail: Texte = ""
    code: Texte
    retryable: bool = False
    acteur: Texte = ""
    remede: Texte = ""
    problemes: Annotated[tuple[ProblemeRecu, ...], AfterValidator(_bounded)] = ()

    @property
    def phrase(self) -> str:
        """What the receiver said, in one sentence."""
        return self.detail or self.title or f"motif {self.code}"


class Refus(_Received):
    """The file beside a refused report: when, and the answer."""

    le: InstantUtc
    probleme: ProblemDetails
