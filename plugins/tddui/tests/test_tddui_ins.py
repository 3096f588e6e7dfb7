"""Persons of the exports under the hash of their INS that other sources make: kept once a key is there."""

from temoin_sdk import ESPACE_INS, CleIns, Identite
from temoin_sdk.envelope import write_secret
from temoin_tddui import clock
from temoin_tddui.accumulating import Datation, ExportDate, accumulate
from temoin_tddui.bundle import read_bundle
from temoin_tddui.matricules import CLE_INS, count_known, stream_persons

CLE, AUTRE = CleIns.derivee(b"s" * 32), CleIns.derivee(b"t" * 32)
INS, AUTRE_INS = "190017512345655", "285022A12345654"


def joined(depot, cle=CLE):
    """Pairs of the identity map, as a count with this key reads them."""
    source = depot.source()
    source.cle_ins = cle
    list(source.etablissements())
    return list(source.identites())


def persons(lot, *given, finess="010780054", date="2026-10-05T03:00:00+02:00"):
    """An export of these (local, INS), all in stay."""
    made = lot(date=date, finess=finess)
    structure = made.structure()
    for rank, (local, ins) in enumerate(given):
        made.sejour(made.usager(local, ins), structure, numero=f"{finess}-{rank}")
    return made


def known(depot):
    with depot.store.reading() as connection:
        return count_known(connection)


def test_a_person_with_an_ins_is_joined_to_the_shared_space(depot, lot):
    depot.store.adopt(CLE)
    depot.take(persons(lot, ("1", INS), ("2", None)))
    [stay] = [one for one in depot.sejours() if one.usager == joined(depot)[0].usager_maitre]
    assert joined(depot) == [Identite(ESPACE_INS, CLE(INS), "tddui.usager", stay.usager)]


def test_a_person_known_by_the_ins_alone_is_joined_too(depot, lot):
    depot.store.adopt(CLE)
    depot.take(persons(lot, (None, INS)))
    assert [one.usager_maitre for one in joined(depot)] == [one.usager for one in depot.sejours()]


def test_the_local_identifier_that_comes_later_takes_over(depot, lot):
    depot.store.adopt(CLE)
    depot.take(persons(lot, (None, INS), date="2026-09-05T03:00:00+02:00"), persons(lot, ("1", INS)))
    assert {one.usager_maitre for one in joined(depot)} == {one.usager for one in depot.sejours()}


def test_without_a_key_nothing_is_joined_and_nothing_is_kept(depot, lot):
    depot.take(persons(lot, ("1", INS)))
    assert list(depot.source().identites()) == []
    assert known(depot) is None
    assert not (depot.folder / CLE_INS).exists()


def test_exports_of_before_the_key_are_read_once_more(depot, lot):
    export = persons(lot, ("1", INS))
    depot.take(export, nom="a.json")
    assert joined(depot) == []
    assert not depot.take(export, nom="a.json").pris[0][1].nouveau
    assert len(joined(depot)) == 1


def test_another_key_empties_what_the_former_one_made(depot, lot):
    depot.store.adopt(CLE)
    depot.take(persons(lot, ("1", INS)))
    assert joined(depot, AUTRE) == []
    assert known(depot) == 0
    depot.take(persons(lot, ("1", INS), date="2026-10-12T03:00:00+02:00"))
    assert [one.usager for one in joined(depot, AUTRE)] == [AUTRE(INS)]


def test_a_bundle_read_under_a_key_that_was_changed_meanwhile_keeps_no_hash(depot, lot):
    depot.store.adopt(CLE)
    bundle = read_bundle(persons(lot, ("1", INS)).octets(), depot.store.hasher, CLE)
    depot.store.adopt(AUTRE)
    with depot.store.writing() as connection:
        accumulate(connection, bundle, ExportDate(bundle.date, Datation.LOT), clock.now())
    assert known(depot) == 0


def test_one_person_of_two_establishments_is_one(depot, lot):
    depot.store.adopt(CLE)
    depot.take(persons(lot, ("1", INS)), persons(lot, ("7", INS), finess="2A0000154"))
    rows = joined(depot)
    assert [one.espace for one in rows] == [ESPACE_INS, "tddui.usager"]
    assert {rows[0].usager_maitre, rows[1].usager} == {one.usager for one in depot.sejours()}
    assert rows[0].usager_maitre == rows[1].usager_maitre


def test_two_persons_of_one_establishment_are_not_made_one(depot, lot):
    depot.store.adopt(CLE)
    depot.take(persons(lot, ("1", INS), ("2", INS), ("3", AUTRE_INS)))
    assert [one.usager for one in joined(depot)] == [CLE(AUTRE_INS)]


def test_persons_claimed_by_two_ins_are_joined_by_neither(depot, lot):
    """Three persons in a chain of two INS would have two masters, and the whole count would be refused."""
    depot.store.adopt(CLE)
    depot.take(
        persons(lot, ("1", INS), date="2026-09-01T03:00:00+02:00"),
        persons(lot, ("2", AUTRE_INS), finess="2A0000154", date="2026-09-02T03:00:00+02:00"),
        persons(lot, ("3", INS), finess="970400024", date="2026-09-03T03:00:00+02:00"),
        persons(lot, ("3", AUTRE_INS), finess="970400024", date="2026-09-04T03:00:00+02:00"),
    )
    with depot.store.reading() as connection:
        assert list(stream_persons(connection, CLE)) == []


def test_the_command_prepares_a_store_without_copying_the_sites_key(depot, lot, run, tmp_path):
    site = write_secret(tmp_path / "site.cle")
    ran = run("joindre", "--depot", depot.folder, "--cle-site", tmp_path / "site.cle")
    assert ran.code == 0
    depot.take(persons(lot, ("1", INS)))
    assert len(joined(depot, CleIns.derivee(site))) == 1
    kept = depot.folder / CLE_INS
    assert kept.read_bytes() != site
    assert kept.stat().st_mode & 0o777 == 0o600
    assert (
        "reconnus par leur INS, à joindre aux dépôts DMP d'une autre source : 1"
        in run("etat", "--depot", depot.folder).text
    )


def test_the_number_is_in_no_byte_of_the_store(depot, lot):
    depot.store.adopt(CLE)
    depot.take(persons(lot, ("1", INS)))
    for path in depot.folder.rglob("*"):
        assert not path.is_file() or INS[:13].encode() not in path.read_bytes()
