"""Evidence on disk: put in place together, private, and refused when it is no longer what was written."""

import base64
import errno
import hashlib
import json
import os
import resource
import stat
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import IO

import pytest
from cryptography.fernet import Fernet

from temoin_sdk.durable import sync_tree
from temoin_sdk.errors import ReportError, StorageError, TemoinError
from temoin_sdk.evidence import (
    Detail,
    DrapeauFeuille,
    EvidencePerson,
    FeuilleJour,
    decode_detail,
    encode_detail,
    encode_feuille_jour,
    leaf,
    read_correspondance,
    read_details,
    read_jours,
    read_squelette,
    root,
    write_evidence,
    write_jours,
)
from temoin_sdk.evidence.contents import parse_details
from temoin_sdk.vocabulary import RelationJour, StatutProjet

SITE_KEY = hashlib.sha256(b"cle de site").digest()
OTHER_KEY = hashlib.sha256(b"autre cle").digest()
FINESS, OTHER = "010780054", "2A0000154"
KINDS = (
    "squelette/010780054.bin",
    "jours/010780054.csv",
    "details/010780054.fernet",
    "correspondance/010780054.fernet",
)
DAY = date(2026, 10, 1)
JOURS = [
    FeuilleJour(RelationJour.ECHANGES_EPARCOURS, DAY, 2),
    FeuilleJour(RelationJour.MESSAGES_MSS_USAGER, DAY + timedelta(1), 1),
    FeuilleJour(RelationJour.MESSAGES_MSS_USAGER, DAY, 12),
]
Reader = Callable[[Path], object]
READERS: dict[str, Reader] = {
    "squelette": lambda folder: read_squelette(folder, FINESS),
    "jours": lambda folder: read_jours(folder, FINESS),
    "details": lambda folder: read_details(folder, FINESS, SITE_KEY),
    "correspondance": lambda folder: read_correspondance(folder, FINESS, SITE_KEY),
}


def person(number: int, salt: str = "sel") -> EvidencePerson:
    pseudonyme = hashlib.sha256(b"pseudonyme %d" % number).digest()
    sel = hashlib.sha256(f"{salt} {number}".encode()).digest()
    detail = Detail(pseudonyme, sel, DAY, None, None, StatutProjet.ACTIF, None)
    return EvidencePerson(
        DrapeauFeuille.ELIGIBLE | DrapeauFeuille.ACTIF, encode_detail(detail), "cle.résident", f"n° {number} ; « é »"
    )


PERSONS = [person(number) for number in range(20)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    preuves = tmp_path / "preuves"
    write_evidence(preuves, FINESS, PERSONS, JOURS, SITE_KEY)
    return preuves


def content_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_roots_are_those_of_what_was_given(tmp_path: Path) -> None:
    roots = write_evidence(tmp_path, FINESS, PERSONS, JOURS, SITE_KEY)
    leaves = sorted((leaf(p.drapeaux, p.detail) for p in PERSONS), key=lambda one: bytes(one)[2:])
    assert (roots.feuilles, roots.racine) == (20, root(leaves).hex())
    assert (roots.feuilles_jours, roots.racine_jours) == (3, root(map(encode_feuille_jour, sorted(JOURS))).hex())
    assert read_squelette(tmp_path, FINESS) == b"".join(leaves)


def test_everything_is_read_as_it_was_written(folder: Path) -> None:
    digests = [hashlib.sha256(p.detail).digest() for p in PERSONS]
    assert read_jours(folder, FINESS) == (JOURS[2], JOURS[1], JOURS[0])
    details = read_details(folder, FINESS, SITE_KEY)
    assert details == {digest: decode_detail(p.detail) for digest, p in zip(digests, PERSONS, strict=True)}
    assert list(details) == sorted(digests)
    who = read_correspondance(folder, FINESS, SITE_KEY)
    assert who == {digest: (p.espace, p.usager) for digest, p in zip(digests, PERSONS, strict=True)}


def test_the_order_in_which_persons_come_leaves_no_trace(folder: Path, tmp_path: Path) -> None:
    write_evidence(tmp_path / "autre", FINESS, reversed(PERSONS), reversed(JOURS), SITE_KEY)
    for kind in KINDS[:2]:
        assert (tmp_path / "autre" / kind).read_bytes() == (folder / kind).read_bytes()
    assert list(read_details(tmp_path / "autre", FINESS, SITE_KEY)) == list(read_details(folder, FINESS, SITE_KEY))


def test_the_days_are_a_table_a_person_can_open(folder: Path) -> None:
    assert (folder / "jours" / f"{FINESS}.csv").read_text(encoding="utf-8") == (
        "relation;jour;nombre\n"
        "messages_mss_usager;2026-10-01;12\n"
        "messages_mss_usager;2026-10-02;1\n"
        "echanges_eparcours;2026-10-01;2\n"
    )


def test_an_establishment_with_nobody(tmp_path: Path) -> None:
    roots = write_evidence(tmp_path, FINESS, [], [], SITE_KEY)
    empty = hashlib.sha256(b"").hexdigest()
    assert (roots.feuilles, roots.racine, roots.feuilles_jours, roots.racine_jours) == (0, empty, 0, empty)
    assert [read(tmp_path) for read in READERS.values()] == [b"", (), {}, {}]


def test_days_of_an_organisme_stand_alone(tmp_path: Path) -> None:
    count, racine = write_jours(tmp_path, "010000024", JOURS)
    assert (count, racine) == (3, root(map(encode_feuille_jour, sorted(JOURS))).hex())
    assert read_jours(tmp_path, "010000024") == tuple(sorted(JOURS))
    assert list(content_of(tmp_path)) == ["jours/010000024.csv"]


def test_nothing_personal_is_in_clear(folder: Path) -> None:
    everything = b"".join(content_of(folder).values())
    for one in PERSONS:
        detail = decode_detail(one.detail)
        for secret in (detail.pseudonyme, detail.sel, one.usager.encode(), json.dumps(one.usager).encode()):
            assert secret not in everything
            assert secret.hex().encode() not in everything


def test_everything_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_evidence(tmp_path / "a" / "b", FINESS, PERSONS, JOURS, SITE_KEY)
    finally:
        os.umask(before)
    for path in (tmp_path / "a").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert set(content_of(tmp_path / "a" / "b")) == set(KINDS)


@pytest.mark.parametrize("finess", ["../010780054", "", "01078005", "010780054\n", "010780054/x"])
def test_only_a_finess_names_a_file(tmp_path: Path, finess: str) -> None:
    with pytest.raises(ValueError, match="FINESS"):
        write_evidence(tmp_path, finess, PERSONS, JOURS, SITE_KEY)
    with pytest.raises(ValueError, match="FINESS"):
        read_squelette(tmp_path, finess)
    assert list(tmp_path.iterdir()) == []


def test_a_person_counts_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="person"):
        write_evidence(tmp_path, FINESS, [*PERSONS, person(3, salt="autre sel")], JOURS, SITE_KEY)
    with pytest.raises(ValueError, match="day"):
        write_evidence(tmp_path, FINESS, PERSONS, [*JOURS, FeuilleJour(JOURS[0].relation, DAY, 99)], SITE_KEY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", READERS)
def test_an_absent_file_is_named(tmp_path: Path, kind: str) -> None:
    with pytest.raises(StorageError) as refused:
        READERS[kind](tmp_path)
    assert refused.value.code == "fichier_absent"
    assert FINESS in refused.value.message


@pytest.mark.parametrize("kind", ["details", "correspondance"])
def test_another_site_key_opens_nothing(folder: Path, kind: str) -> None:
    reader = read_details if kind == "details" else read_correspondance
    with pytest.raises(StorageError) as refused:
        reader(folder, FINESS, OTHER_KEY)
    assert refused.value.code == "preuve_scellee"
    assert not refused.value.retryable


def rewrite(folder: Path, kind: str, change: Callable[[bytes], bytes]) -> Path:
    path = next((folder / kind).iterdir())
    path.write_bytes(change(path.read_bytes()))
    return path


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("squelette", lambda octets: octets[:-1]),
        ("squelette", lambda octets: octets[34:] + octets[:34]),
        ("squelette", lambda octets: octets + octets[-34:]),
        ("jours", lambda octets: octets + octets.splitlines(keepends=True)[-1]),
        ("jours", lambda octets: octets.replace(b"\n", b"\r\n")),
        ("jours", lambda octets: octets.removesuffix(b"\n")),
        ("jours", lambda octets: octets.replace(b";12", b";012")),
        ("jours", lambda octets: octets.replace(b";12", b";0")),
        ("jours", lambda octets: octets.replace(b";12", b";-12")),
        ("jours", lambda octets: octets.replace(b";12", b";12;")),
        ("jours", lambda octets: octets.replace(b";12", b";douze")),
        ("jours", lambda octets: octets.replace(b"2026-10-01", b"01/10/2026")),
        ("jours", lambda octets: octets.replace(b"2026-10-01", b"20261001")),
        ("jours", lambda octets: octets.replace(b"relation;", b"")),
        ("jours", lambda octets: octets.replace(b"echanges", b"echecs")),
        ("jours", lambda octets: octets.replace(b"echanges", b"\xff")),
        ("jours", lambda octets: b""),
        ("details", lambda octets: octets[:-1]),
        ("details", lambda octets: b""),
        ("correspondance", lambda octets: octets[:-4] + b"AAA="),
    ],
)
def test_an_altered_file_is_refused_by_name(folder: Path, kind: str, change: Callable[[bytes], bytes]) -> None:
    path = rewrite(folder, kind, change)
    with pytest.raises(TemoinError) as refused:
        READERS[kind](folder)
    assert isinstance(refused.value, ReportError | StorageError)
    assert refused.value.code in {f"preuve_{kind}", "preuve_scellee"}
    assert refused.value.ou == str(path)
    assert refused.value.remede


def reseal(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """What someone who holds the site key could write."""
    fernet = Fernet(base64.urlsafe_b64encode(SITE_KEY))
    return lambda token: fernet.encrypt(change(fernet.decrypt(token)))


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("details", lambda octets: octets[:-1]),
        ("details", lambda octets: octets[:-79]),
        ("details", lambda octets: octets[:-79] + bytes(79)),
        ("details", lambda octets: octets[:-158] + octets[-79:] + octets[-158:-79]),
        ("correspondance", lambda octets: octets[:-1]),
        ("correspondance", lambda octets: octets.replace(b'"rangs": [0', b'"rangs": [1', 1)),
        ("correspondance", lambda octets: octets.replace(b'"rangs": [0, ', b'"rangs": [', 1)),
        ("correspondance", lambda octets: octets.replace(b'"usagers"', b'"usager"')),
        ("correspondance", lambda octets: octets.replace(b'"squelette": "', b'"squelette": "0')),
        ("correspondance", lambda octets: octets[: octets.index(b"{")] + b"[]"),
    ],
)
def test_content_that_the_squelette_does_not_commit_to(
    folder: Path, kind: str, change: Callable[[bytes], bytes]
) -> None:
    path = rewrite(folder, kind, reseal(change))
    with pytest.raises(ReportError) as refused:
        READERS[kind](folder)
    assert refused.value.code in {f"preuve_{kind}", "preuve_detail"}
    assert refused.value.ou == str(path)


def test_one_person_under_two_salts_is_one_person_counted_twice() -> None:
    with pytest.raises(ReportError) as refused:
        parse_details(person(3).detail + person(3, salt="autre sel").detail)
    assert refused.value.code == "preuve_details"


def test_who_stands_behind_the_leaves_of_another_calculation_is_not_said(folder: Path, tmp_path: Path) -> None:
    # as many leaves, of the same establishment: only what the file was written for tells them apart
    write_evidence(tmp_path / "autre", FINESS, [person(number, "autre") for number in range(20)], JOURS, SITE_KEY)
    (tmp_path / "autre" / "correspondance" / f"{FINESS}.fernet").replace(folder / "correspondance" / f"{FINESS}.fernet")
    with pytest.raises(ReportError) as refused:
        read_correspondance(folder, FINESS, SITE_KEY)
    assert refused.value.code == "preuve_correspondance"


def test_persons_of_several_spaces_keep_theirs(tmp_path: Path) -> None:
    espaces = ["a", "b", "a", "c", "b"]
    given = [person(number)._replace(espace=espace) for number, espace in enumerate(espaces)]
    write_evidence(tmp_path, FINESS, given, [], SITE_KEY)
    who = read_correspondance(tmp_path, FINESS, SITE_KEY)
    assert who == {hashlib.sha256(p.detail).digest(): (p.espace, p.usager) for p in given}


@pytest.mark.parametrize("kind", ["details", "correspondance"])
def test_the_file_of_another_establishment_is_refused(folder: Path, kind: str) -> None:
    write_evidence(folder, OTHER, PERSONS, JOURS, SITE_KEY)
    (folder / kind / f"{OTHER}.fernet").replace(folder / kind / f"{FINESS}.fernet")
    with pytest.raises(StorageError) as refused:
        READERS[kind](folder)
    assert refused.value.code == "preuve_etiquette"


def test_a_new_calculation_replaces_all_four(folder: Path) -> None:
    write_evidence(folder, FINESS, PERSONS[:5], [], SITE_KEY)
    assert set(content_of(folder)) == set(KINDS)
    assert len(read_squelette(folder, FINESS)) == 5 * 34
    assert len(read_details(folder, FINESS, SITE_KEY)) == len(read_correspondance(folder, FINESS, SITE_KEY)) == 5


def test_files_and_their_names_are_on_the_disk_once_the_folder_is_synced(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced, fsync = set(), os.fsync

    def record(descriptor: int) -> None:
        synced.add(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    sync_tree(folder)
    files = [folder / kind for kind in KINDS]
    assert synced == {path.stat().st_ino for path in (folder, *files, *(path.parent for path in files))}


@pytest.mark.parametrize("fails_at", range(1, 5))
def test_a_full_disk_leaves_the_files_of_before(folder: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int) -> None:
    before, calls, fdopen = content_of(folder), [], os.fdopen

    def full(descriptor: int, mode: str) -> IO[bytes]:
        calls.append(descriptor)
        file = fdopen(descriptor, mode)
        if len(calls) == fails_at:
            file.close()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return file

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(StorageError) as refused:
        write_evidence(folder, FINESS, PERSONS[:5], [], SITE_KEY)
    assert refused.value.code == "disque_plein"
    assert refused.value.retryable
    assert refused.value.ou == str(folder / KINDS[fails_at - 1])
    assert "place" in refused.value.remede
    assert content_of(folder) == before


def test_a_write_cut_short_by_the_system_leaves_the_files_of_before(folder: Path) -> None:
    # A limit on file size is what a real full disk looks like to the program: some bytes pass, the next do not.
    before = content_of(folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400, hard))
    try:
        with pytest.raises(StorageError) as refused:
            write_evidence(folder, FINESS, PERSONS[:8], JOURS, SITE_KEY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.value.code == "disque_plein"
    assert content_of(folder) == before


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "preuves").write_bytes(b"")
    with pytest.raises(StorageError) as refused:
        write_evidence(tmp_path / "preuves", FINESS, PERSONS, JOURS, SITE_KEY)
    assert "preuves" in str(refused.value.ou)


def test_a_forbidden_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, flags: int, mode: int = 0) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    for kind in ("squelette", "jours", "details", "correspondance"):
        (tmp_path / kind).mkdir()
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StorageError) as refused:
        write_evidence(tmp_path, FINESS, PERSONS, JOURS, SITE_KEY)
    assert refused.value.code == "acces_refuse"
    assert not refused.value.retryable
    assert refused.value.ou == str(tmp_path / KINDS[0])
