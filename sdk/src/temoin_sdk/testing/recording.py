"""A pytest plugin that writes down which tests of the kit passed: `-p temoin_sdk.testing.recording`.

`--temoin-releves FILE` writes a `Releves` as JSON. The seed is told in the header of every run.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import pytest

from temoin_sdk.testing.conformance.epreuve import Epreuve, epreuve_of
from temoin_sdk.testing.conformance.essai import Essai, distribution_of
from temoin_sdk.testing.conformance.par_scenario import GRAINE
from temoin_sdk.testing.outcomes import EpreuvePassee, EtatEpreuve, NiveauEpreuve, Releve, Releves

_WORST = (EtatEpreuve.REUSSIE, EtatEpreuve.IGNOREE, EtatEpreuve.ECHOUEE)


@dataclass(slots=True)
class _Seen:
    essai: Essai | None = None
    epreuves: dict[str, EpreuvePassee] = field(default_factory=dict)

    def add(self, epreuve: Epreuve, etat: EtatEpreuve, motif: str | None) -> None:
        """Keep the worst of a test's phases."""
        known = self.epreuves.get(epreuve.code)
        if known is None or _WORST.index(etat) > _WORST.index(known.etat):
            self.epreuves[epreuve.code] = EpreuvePassee(
                code=epreuve.code, niveau=epreuve.niveau, etat=etat, motif=motif[:400] if motif else None
            )


class Recorder:
    """Collects the outcome of every test of the kit, class by class."""

    def __init__(self) -> None:
        self.classes: dict[str, tuple[type, _Seen]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Note one phase of one test."""
        report: pytest.TestReport = yield  # type: ignore[assignment] # what a wrapper of this hook is sent
        if isinstance(item, pytest.Function) and item.cls is not None:
            epreuve = epreuve_of(item.function)
            if epreuve is not None:
                self._note(item, epreuve, report)
        return report  # type: ignore[return-value] # and what it gives back

    def _note(self, item: pytest.Function, epreuve: Epreuve, report: pytest.TestReport) -> None:
        name = item.nodeid.rpartition("::")[0]
        assert item.cls is not None  # noqa: S101 - the caller looked
        _, seen = self.classes.setdefault(name, (item.cls, _Seen()))
        essai = item.funcargs.get("essai")
        if isinstance(essai, Essai):
            seen.essai = essai
        # An expected failure is a failure: pytest reports it as skipped, with its traceback for a reason.
        if report.failed or (report.skipped and hasattr(report, "wasxfail")):
            seen.add(epreuve, EtatEpreuve.ECHOUEE, None)
        elif report.skipped:
            seen.add(epreuve, EtatEpreuve.IGNOREE, _reason(report))
        elif report.when == "call":
            seen.add(epreuve, EtatEpreuve.REUSSIE, None)

    def releves(self) -> Releves:
        """All that was seen."""
        return Releves(releves=tuple(_releve(name, classe, seen) for name, (classe, seen) in self.classes.items()))


def _reason(report: pytest.TestReport) -> str | None:
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.removeprefix("Skipped: ").strip() or None


def _releve(name: str, classe: type, seen: _Seen) -> Releve:
    source, essai = classe.source, seen.essai  # type: ignore[attr-defined] # conformance classes all have one
    distribution, its_version = distribution_of(source)
    fichier = getattr(source, "fichier_mapping", None)
    jeu = None if essai is None else essai.jeu
    return Releve(
        classe=name,
        plugin=source.nom,
        module=source.__module__,
        distribution=distribution,
        version=its_version,
        fichier=None if fichier is None else str(fichier),
        contrat=source.contrat,
        kit=version("temoin-sdk"),
        voie=classe.voie,  # type: ignore[attr-defined]
        moteur=None if essai is None else essai.moteur,
        graine=None if jeu is None else jeu.scenario.graine,
        personnes=0 if essai is None else essai.personnes,
        faits=0 if jeu is None else jeu.faits,
        epreuves=tuple(seen.epreuves.values()),
        attendues=_needed(classe),
        restreint=getattr(classe, "themes", None) is not None,
    )


def _needed(classe: type) -> tuple[str, ...]:
    """Every obligatory test the class inherits, those it hides included: hiding one is no way to pass it."""
    inherited = (epreuve_of(each) for base in classe.__mro__ for each in vars(base).values())
    return tuple(sorted({one.code for one in inherited if one and one.niveau is NiveauEpreuve.OBLIGATOIRE}))


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one option."""
    parser.addoption("--temoin-releves", metavar="FILE", default=None, help="écrit ce que le kit de Témoin a constaté")


def pytest_configure(config: pytest.Config) -> None:
    """Start recording where a file was asked for."""
    if config.getoption("--temoin-releves"):
        config.pluginmanager.register(Recorder(), "temoin-recorder")


def pytest_report_header(config: pytest.Config) -> str:
    """The seed, so that a run can be made again."""
    return f"Témoin : graine {os.environ.get(GRAINE, 'habituelle')} ({GRAINE}=… pour en changer)"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write what was seen."""
    recorder = session.config.pluginmanager.get_plugin("temoin-recorder")
    if isinstance(recorder, Recorder):
        target = Path(str(session.config.getoption("--temoin-releves")))
        target.write_text(recorder.releves().model_dump_json(indent=2), "utf-8")
