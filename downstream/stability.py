"""`python -m downstream.stability`: what changed since the last release, and whether it breaks what was promised."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from downstream import RACINE
from downstream.comparing import Change, compare
from downstream.contract import CONTRATS, dump, read_dump
from downstream.deprecations import REGISTRE, Abandon, RegisterError, announced, check_register, read_register
from downstream.public import who_is_hit
from downstream.releases import CHANGELOG, EXIGEES, RIEN, CommitAbsent, Release, extract_sources, read_releases
from downstream.signatures import compare_signatures


@dataclass(frozen=True, slots=True)
class State:
    """What is compared: the code here and the last release, with what was announced."""

    releases: list[Release]
    entries: list[Abandon]
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    today: date

    @property
    def raised(self) -> bool:
        """Whether the contract was raised since, which admits what breaks."""
        return bool(self.new["contrat"] > self.old["contrat"])


def main(changelog: Path = CHANGELOG, registre: Path = REGISTRE) -> int:
    """Print every difference; 1 when one of them breaks a promise."""
    releases = read_releases(changelog)
    if not releases:
        print(RIEN)
        return 0
    last = releases[0]
    try:
        entries = read_register(registre)
    except RegisterError as error:
        print(error)
        return 1
    state = State(releases, entries, read_dump(last.version, CONTRATS), dump(), date.today())  # noqa: DTZ011 - civil
    faults = check_register(entries, releases, state.old.keys() | state.new.keys())
    changes = compare(state.old, state.new)
    signatures = _signatures(last)
    if isinstance(signatures, str):
        print(signatures)
        faults += [signatures] if os.environ.get(EXIGEES) else []
    else:
        changes += [one for one in signatures if one.nom not in {change.nom for change in changes}]
    return say(state, changes, faults)


def say(state: State, changes: list[Change], faults: list[str]) -> int:
    """Print what changed, then what breaks; 1 when something does."""
    last = state.releases[0]
    print(f"Depuis {last.version} ({last.jour:%d/%m/%Y}) :")
    for one in changes:
        if not one.casse:
            print(f"  {one.nom} {one.dit}")
    broken: dict[str, list[str]] = {}
    for one in changes:
        if one.casse and (consequence := judge(state, one)) is not None:
            broken.setdefault(consequence, []).append(f"{one.nom} {one.dit}")
    for consequence, names in broken.items():
        print("".join(f"\nCASSÉ  {name}" for name in names) + f"\n{consequence}")
    for fault in faults:
        print(f"\nCASSÉ  {fault}")
    if not broken and not faults:
        print("Rien de ce qui était promis n'est cassé.")
    return 1 if broken or faults else 0


def judge(state: State, change: Change) -> str | None:
    """Whom a break hits and what to do about it; None when it was announced, or the contract raised."""
    if state.raised:
        print(f"  {change.nom} {change.dit} (contrat {state.old['contrat']} élevé à {state.new['contrat']})")
        return None
    entry = next((one for one in state.entries if one.covers(change.nom)), None)
    if entry is not None and announced(entry, state.releases) is not None and entry.jusqu_au < state.today:
        print(f"  {change.nom} {change.dit} (annoncé depuis {entry.depuis})")
        return None
    return f"  Qui est touché : {who_is_hit(change.nom)}.\n  Que faire : {_what_to_do(state, entry)}"


def _what_to_do(state: State, entry: Abandon | None) -> str:
    raising = f"ou élever le contrat (CONTRAT = {state.old['contrat'] + 1} dans temoin_sdk.contract)."
    if entry is None:
        return (
            "le remettre tel qu'il était et l'annoncer dans downstream/deprecations.toml (18 mois au moins), " + raising
        )
    if announced(entry, state.releases) is None:
        return f"le remettre : {entry.depuis}, qui doit l'annoncer, n'est pas encore publiée ; {raising}"
    return f"le remettre : il est promis jusqu'au {entry.jusqu_au:%d/%m/%Y} inclus ; {raising}"


def _signatures(last: Release) -> list[Change] | str:
    """What breaks in signatures, or why it cannot be told."""
    assert last.commit is not None  # noqa: S101 - releases all name theirs
    with TemporaryDirectory() as folder:
        try:
            old = extract_sources(last.commit, Path(folder))
        except CommitAbsent as error:
            return f"Les signatures ne sont pas comparées à celles de {last.version} : {error}."
        return compare_signatures(old / "sdk" / "src", RACINE / "sdk" / "src")


if __name__ == "__main__":
    sys.exit(main())
