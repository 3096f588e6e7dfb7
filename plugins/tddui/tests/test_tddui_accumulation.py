"""Newest export wins, by its own date, in any order of arrival; the same export twice is one."""

import gzip
import itertools
from datetime import UTC, datetime

import pytest

from temoin_sdk.errors import ConnectionRefused, SourceError, TemoinError
from temoin_tddui import accumulating
from temoin_tddui.folder import import_folder
from temoin_tddui.problems import BundleRefused

WEEKS = ("2026-09-07", "2026-09-14", "2026-09-21", "2026-10-05")


def only(rows):
    (row,) = rows
    return row


def week(lot, rank):
    """The same person four times; the stay ends in the third, the project starts in the last, an event moves."""
    export = lot(date=f"{WEEKS[rank]}T03:00:00+02:00")
    person, stay = export.present()
    if rank >= 2:
        stay["period"] = {"start": "2026-01-10", "end": "2026-09-18"}
    if rank == 1:
        stay["subject"] = {"reference": "Patient/absent"}
    export.projet(person, status="active" if rank == 3 else "draft")
    export.evenement(person, stay, period={"start": f"2026-09-{10 + rank}", "end": f"2026-09-{10 + rank}"})
    return export


def test_any_order_of_arrival_gives_the_same_rows(depot, lot):
    """Each order starts from nothing but the key: only hashes made with one key can be compared."""
    exports = [week(lot, rank) for rank in range(4)]
    depot.take(lot())
    found = set()
    for order in itertools.permutations(exports):
        for path in depot.folder.glob("tddui.sqlite3*"):
            path.unlink()
        depot.take(*order)
        rows = (depot.sejours(), depot.projets(), depot.evenements(), depot.mises_a_jour())
        found.add(repr(rows))
    assert len(found) == 1
    assert only(depot.sejours()).sortie == "2026-09-18"
    assert only(depot.evenements()).date_fait == "2026-09-13"


def test_an_older_export_that_comes_late_changes_nothing(depot, lot):
    depot.take(week(lot, 2))
    before = (depot.sejours(), depot.evenements())
    depot.take(week(lot, 0))
    assert (depot.sejours(), depot.evenements()) == before


def test_the_same_export_again_is_known_and_changes_nothing(depot, lot):
    export = week(lot, 0)
    depot.take(export)
    before = repr((depot.sejours(), depot.mises_a_jour()))
    ((_, taken),) = depot.take(export).pris
    assert not taken.nouveau
    assert repr((depot.sejours(), depot.mises_a_jour())) == before


def test_members_of_a_group_event_are_those_of_the_newest_export(depot, lot, vers):
    for rank, locals_ in ((1, "123"), (0, "1234"), (2, "23")):
        export = lot(date=f"{WEEKS[rank]}T03:00:00Z")
        members = [export.usager(local) for local in locals_]
        group = export.add({"resourceType": "Group", "member": [{"entity": vers(each)} for each in members]})
        export.evenement(group)
        depot.take(export)
    assert len(depot.evenements()) == 2


def test_parts_of_one_export_complete_each_other(depot, lot):
    """One file has the person and the stay, the other the event: same date, nothing contradicts."""
    first, second = lot(), lot()
    person, stay = first.present()
    second.entries += first.entries[1:]
    second.evenement(person, stay)
    depot.take(second, first)
    assert only(depot.sejours()).code == "010780054"
    assert len(depot.evenements()) == 1


# ---- the export's own date


def test_bundle_timestamp_comes_before_the_name_and_the_option(depot, lot):
    depot.take(week(lot, 0), nom="export-2026-10-30.json", demande="2026-10-31")
    depot.take(week(lot, 2))
    assert only(depot.sejours()).sortie == "2026-09-18"


def test_without_timestamp_bundle_last_updated_is_the_date(depot, lot):
    export = week(lot, 2)
    text = (
        export.octets()
        .replace(b'"timestamp": ', b'"meta": {"lastUpdated": ')
        .replace(b'03:00:00+02:00"}', b'03:00:00+02:00"}}')
    )
    assert b"lastUpdated" in text
    depot.take(text)
    depot.take(week(lot, 1))
    assert only(depot.sejours()).sortie == "2026-09-18"


@pytest.mark.parametrize(("nom", "demande"), [("export-20260921.json", None), ("export.json", "2026-09-21")])
def test_an_undated_export_takes_the_date_asked_for_or_that_of_its_name(depot, lot, nom, demande):
    old, new = week(lot, 1), week(lot, 2)
    new.date = None
    depot.take(new, nom=nom, demande=demande)
    depot.take(old)
    assert only(depot.sejours()).sortie == "2026-09-18"


def test_an_undated_export_ranks_before_every_dated_one(depot, lot):
    undated = week(lot, 0)
    undated.date = None
    depot.take(week(lot, 2), undated)
    assert only(depot.sejours()).sortie == "2026-09-18"


def test_two_undated_exports_that_contradict_each_other_are_refused(depot, lot):
    exports = [week(lot, 0), week(lot, 2)]
    for export in exports:
        export.date = None
    (refused,) = depot.take(*exports).refuses
    assert refused.erreur.code == "tddui_contradiction"
    assert only(depot.sejours()).sortie is None


def test_two_exports_of_one_moment_that_contradict_each_other_are_refused(depot, lot):
    first, second = week(lot, 0), week(lot, 2)
    second.date = first.date
    (refused,) = depot.take(first, second).refuses
    assert refused.erreur.code == "tddui_contradiction"


def test_an_export_of_the_future_is_refused_for_it_would_win_for_ever(depot, lot):
    (refused,) = depot.take(lot(date="2126-09-07T00:00:00Z")).refuses
    assert refused.erreur.code == "tddui_date_future"


@pytest.mark.parametrize("date", ["2026-09-07", "2026-09-07T03:00:00", "hier", "2026-02-30T00:00:00Z"])
def test_a_timestamp_that_is_no_instant_is_refused(depot, lot, date):
    (refused,) = depot.take(lot(date=date)).refuses
    assert refused.erreur.ou.endswith("timestamp")


# ---- folders


def test_gzipped_exports_are_read_and_broken_ones_named(depot, lot):
    export = week(lot, 0)
    depot.take(gzip.compress(export.octets()), nom="un.json.gz")
    (refused,) = depot.take(gzip.compress(export.octets())[:-9], nom="deux.json.gz").refuses
    assert len(depot.sejours()) == 1
    assert "deux.json.gz" in refused.erreur.ou


def test_one_refused_file_leaves_the_others(depot, lot, run):
    for rank in range(3):
        (depot.exports / f"{rank}.json").write_bytes(week(lot, rank).octets())
    (depot.exports / "1.json").write_text("{", encoding="utf-8")
    ran = run("import", depot.exports, "--depot", depot.folder)
    assert ran.code == 4
    assert "2 exports pris, 0 déjà connus, 1 refusés" in ran.text
    assert only(depot.sejours()).sortie == "2026-09-18"


@pytest.mark.parametrize("together", [("_TOGETHER", 2), ("_TOGETHER_BYTES", 3000)])
def test_files_share_transactions_and_none_is_forgotten(depot, lot, run, monkeypatch, together):
    monkeypatch.setattr(f"temoin_tddui.folder.{together[0]}", together[1])
    for local in "12345":
        export = lot()
        export.present(local)
        (depot.exports / f"{local}.json").write_bytes(export.octets())
    assert "5 exports pris" in run("import", depot.exports, "--depot", depot.folder).text
    assert len(depot.sejours()) == 5


def test_a_contradiction_among_files_of_one_transaction_leaves_nothing_of_its_file(depot, lot, run):
    for name, locals_, day in (("a", "1", "2026-01-10"), ("b", "12", "2026-02-02"), ("c", "3", "2026-01-10")):
        export = lot()
        for local in locals_:
            export.present(local, period={"start": day})
        (depot.exports / f"{name}.json").write_bytes(export.octets())
    ran = run("import", depot.exports, "--depot", depot.folder)
    assert "2 exports pris, 0 déjà connus, 1 refusés" in ran.text
    assert "b.json" in ran.err
    assert [row.entree for row in depot.sejours()] == ["2026-01-10", "2026-01-10"]


def test_a_file_that_fails_half_written_leaves_nothing_and_the_others_stay(depot, lot, monkeypatch):
    """The failure comes after its rows were written, inside a transaction that it shares."""
    whole = accumulating._add_members

    def fail(connection, bundle, date):
        if len(bundle.rows) > 2:
            raise BundleRefused("refusé", place="entry", remede="rien", code="essai")
        whole(connection, bundle, date)

    monkeypatch.setattr("temoin_tddui.accumulating._add_members", fail)
    for name, locals_ in (("a", "1"), ("b", "234"), ("c", "5")):
        export = lot()
        for local in locals_:
            export.present(local)
        (depot.exports / f"{name}.json").write_bytes(export.octets())
    imported = import_folder(depot.store, depot.exports, ("*.json",), datetime(2026, 11, 22, tzinfo=UTC))
    assert [refused.erreur.code for refused in imported.refuses] == ["essai"]
    assert len(depot.sejours()) == 2


def test_the_source_takes_new_files_of_its_folder_in_before_it_counts(depot, lot):
    (depot.exports / "a.json").write_bytes(week(lot, 0).octets())
    source = depot.source(exports=str(depot.exports))
    assert list(source.etablissements()) == ["010780054"]
    (depot.exports / "b.json").write_text("[]", encoding="utf-8")
    with pytest.raises(TemoinError) as caught:
        list(source.etablissements())
    assert "b.json" in (caught.value.ou or "")


def test_a_pattern_that_leaves_the_folder_is_refused(depot):
    with pytest.raises(ValueError, match="motif"):
        depot.source(motifs=["../*.json"])


def test_a_link_out_of_the_folder_is_not_followed(depot, lot, run, tmp_path):
    (tmp_path / "ailleurs.json").write_bytes(week(lot, 0).octets())
    (depot.exports / "lien.json").symlink_to(tmp_path / "ailleurs.json")
    assert "0 exports pris" in run("import", depot.exports, "--depot", depot.folder).text


def test_an_absent_folder_is_said(depot):
    depot.take(*())
    with pytest.raises(ConnectionRefused, match="n'existe pas"):
        list(depot.source(exports=str(depot.exports / "rien")).etablissements())


# ---- the store itself


def test_another_key_is_refused_rather_than_recognising_nobody(depot, lot):
    depot.take(week(lot, 0))
    (depot.folder / "usagers.cle").unlink()
    (depot.folder / "usagers.cle").write_bytes(b"x" * 32)
    (depot.folder / "usagers.cle").chmod(0o600)
    with pytest.raises(TemoinError) as caught:
        depot.sejours()
    assert caught.value.code == "cles_depareillees"


def test_key_and_base_are_private_to_their_account(depot, lot):
    depot.take(week(lot, 0))
    depot.sejours()
    rights = {path.name: path.stat().st_mode & 0o777 for path in depot.folder.iterdir()}
    assert {"usagers.cle", "tddui.sqlite3"} <= set(rights)
    assert set(rights.values()) == {0o600}
    assert depot.folder.stat().st_mode & 0o777 == 0o700
    (depot.folder / "usagers.cle").chmod(0o644)
    with pytest.raises(TemoinError) as caught:
        depot.sejours()
    assert caught.value.code == "cle_droits"


def test_a_commit_waits_for_the_disk(depot):
    """What is acknowledged must survive a power cut: SQLite calls that FULL, 2."""
    with depot.store.writing() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_absent_store_sets_this_source_aside_and_not_the_run(depot):
    with pytest.raises(SourceError) as caught:
        depot.sejours()
    assert caught.value.code == "tddui_depot_absent"


def test_a_file_that_is_no_store_is_said_without_a_trace(depot, lot):
    depot.take(week(lot, 0))
    (depot.folder / "tddui.sqlite3").write_bytes(b"pas une base" * 500)
    with pytest.raises(TemoinError) as caught:
        depot.sejours()
    assert caught.value.code == "tddui_depot_illisible"
