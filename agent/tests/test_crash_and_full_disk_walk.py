"""A stop or a full disk at every single step of signing, storing and sending: nothing lost, nothing repeated.

The walk stops the agent at the first open, sync or rename, starts it again and looks at what it left; then at the
second, and so on until a run meets no more step. What a stop hides is simulated too: once stopped, nothing works.
"""

import errno
import hashlib
import json
import os
import shutil

import pytest

from temoin_agent import signing


class Crash(BaseException):
    """The process dies here: no handler of ours may notice."""


class Faults:
    """Counts the steps that touch the disk, and breaks at the one it is told to."""

    def __init__(self, monkeypatch, kind):
        self.kind = kind
        self.armed = False
        self.steps = 0
        self.break_at = 0
        self.broken = False
        for name in ("open", "fsync", "rename", "replace"):
            monkeypatch.setattr(os, name, self._wrap(getattr(os, name), writes_only=name == "open"))
        # A dead process cleans nothing up either.
        monkeypatch.setattr(os, "unlink", self._wrap_cleaning(os.unlink))
        monkeypatch.setattr(shutil, "rmtree", self._wrap_cleaning(shutil.rmtree))

    def begin(self, break_at, *, armed):
        self.steps, self.break_at, self.broken, self.armed = 0, break_at, False, armed

    def end(self):
        self.begin(0, armed=False)

    def _wrap(self, real, *, writes_only):
        def step(*arguments, **options):
            if writes_only and not (len(arguments) > 1 and arguments[1] & os.O_CREAT):
                return real(*arguments, **options)
            if self.armed:
                self.steps += 1
                self.broken = self.broken or self.steps == self.break_at
                if self.broken:
                    raise Crash if self.kind == "crash" else OSError(errno.ENOSPC, "No space left on device", "x")
            return real(*arguments, **options)

        return step

    def _wrap_cleaning(self, real):
        def clean(*arguments, **options):
            if self.broken and self.kind == "crash":
                raise Crash
            return real(*arguments, **options)

        return clean


@pytest.fixture(params=["crash", "disque plein"])
def faults(request, monkeypatch):
    return Faults(monkeypatch, request.param)


def attempt(site, faults, break_at, *arguments, armed):
    """One run that breaks at a step; False when it met fewer steps than that."""
    faults.begin(break_at, armed=armed)
    try:
        ran = site.run(*arguments)
        if faults.broken:
            assert ran.code == 8, ran.text
            assert "Le disque est plein" in ran.text
    except Crash:
        pass
    met = faults.broken
    faults.end()
    return met


def check(site, receiver, expected):
    """`expected` reports, acknowledged, dense, each number and each identity once, with their evidence and receipt."""
    assert site.files("a-envoyer") == []
    assert site.files("refuses") == []
    assert site.files("quarantaine") == []
    reports = site.reports("accuses")
    assert [each.numero for each in reports] == list(range(1, expected + 1))
    assert [each.version for each in reports] == list(range(1, expected + 1))
    digests = list(receiver.receipts)
    assert [each.precedent for each in reports] == [None, *digests][:expected]
    assert len(digests) == expected
    assert len(set(receiver.received)) == expected
    chain = json.loads((site.dossier / "chaine.json").read_text())
    assert chain == {"numero": expected, "empreinte": digests[-1]}
    folders = sorted((site.dossier / "preuves").iterdir())
    assert [folder.name for folder in folders] == ["dui-2025"]
    kept = sorted(folders[0].iterdir())
    assert len(kept) == expected
    for folder in kept:
        names = sorted(path.name for path in folder.rglob("*") if path.is_file())
        assert names == [
            "010780054.bin",
            "010780054.csv",
            "010780054.fernet",
            "010780054.fernet",
            "LISEZMOI.txt",
            "campagne.toml",
            "manifeste.csv",
            "rapport.jws",
            "recu.jws",
            "versions.json",
        ], names
        manifest = {
            line.split(";")[0]: line.split(";")[2] for line in (folder / "manifeste.csv").read_text().split()[1:]
        }
        there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        assert set(manifest) == set(there) - {"manifeste.csv"}
        assert all(hashlib.sha256(there[name].read_bytes()).hexdigest() == digest for name, digest in manifest.items())
    assert not [path for path in site.dossier.rglob(".*") if path.name not in {".verrou", ".verrou.json"}]


def alone(ready):
    """One establishment is enough, and halves the walk."""
    ready.data["etablissements"].pop()
    ready.data["sources"][0]["sites"].pop("MAQ")
    ready.facts["personnes"] = [each for each in ready.facts["personnes"] if each["site"] == "GLY"]
    ready.facts["messages"].pop()
    ready.facts["sites"].pop()
    ready.write()


def arm_when_signing(faults, monkeypatch):
    """Count no step of what comes before: writing the evidence to a folder in progress."""
    real = signing.commit_evidence

    def commit(*arguments):
        faults.armed = faults.break_at > 0
        return real(*arguments)

    monkeypatch.setattr(signing, "commit_evidence", commit)


def walk(ready, receiver, faults, *arguments, expected, armed=False):
    """Break at step 1, 2, 3… of a run; run again; look. The number of steps there were."""
    template = ready.folder / "depart"
    shutil.copytree(ready.dossier, template)
    receipts, identities, received = dict(receiver.receipts), dict(receiver.identities), list(receiver.received)
    for break_at in range(1, 200):
        receiver.receipts, receiver.identities, receiver.received = dict(receipts), dict(identities), list(received)
        shutil.rmtree(ready.dossier)
        shutil.copytree(template, ready.dossier)
        met = attempt(ready, faults, break_at, *arguments, armed=armed)
        again = ready.run(*arguments)
        assert again.code == 0, (break_at, again.text)
        check(ready, receiver, expected)
        if not met:
            return break_at - 1
    raise AssertionError("the walk never ends")


@pytest.mark.parametrize("faults", ["crash"], indirect=True)
def test_a_first_report_from_its_very_first_step(ready, receiver, faults):
    alone(ready)
    assert walk(ready, receiver, faults, "run", expected=1, armed=True) > 40


def test_a_correction_from_the_moment_it_is_signed(ready, receiver, faults, monkeypatch):
    alone(ready)
    assert ready.run("run").code == 0
    ready.facts["personnes"][0]["projet"] = False
    ready.write_facts()
    arm_when_signing(faults, monkeypatch)
    assert walk(ready, receiver, faults, "run", "--corriger", "saisie_tardive", expected=2) > 20
