"""Every kind of bad report is refused under its own name and leaves nothing behind.

Each case is then played again with its check taken out: the report must get through, or fail for another reason.
Without that second half, a case could be refused for a reason nobody meant.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from temoin_receiver import checks
from temoin_receiver.checks import addressee, clock, content, key, project, scope, signatory
from temoin_receiver.reception import receiver as way
from temoin_receiver.reception import storing
from temoin_receiver.register.reading import find_key
from temoin_receiver.register.storing import revoke
from temoin_receiver.storage.tables import presences, receptions
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.conventions import Convention
from temoin_sdk.envelope import PrivateKey, Typ, Verified, base64url, empreinte, parse_header, sign
from temoin_sdk.report import Rapport, Site, to_octets
from temoin_sdk.vocabulary import EtatIndicateur
from temoin_sdk.windows import Fenetre

ACCEPTED = "accepté"


def wrong_rate(world):
    return altered_indicateur(world, taux="99.99")


def wrong_state(world):
    return altered_indicateur(world, etat=EtatIndicateur.NON_ATTEINT)


def wrong_target(world):
    convention = Convention(code="dui-2026", campagne="generalisation-2025", cibles={"taux_dmp": "60"})
    agent = replace(world.agent, convention=convention)
    return agent.sign(agent.rapport())


def window_no_measure_has(world):
    fenetre = Fenetre(debut=date(2026, 8, 2), fin=date(2026, 11, 1))
    return world.agent.sign(world.agent.rapport(fenetre=fenetre))


def window_not_over(world):
    fenetre = Fenetre(debut=date(2026, 8, 23), fin=date(2026, 11, 23))
    calcule_le = world.clock.instant + timedelta(days=1)
    return world.agent.sign(world.agent.rapport(fenetre=fenetre, calcule_le=calcule_le))


def somebody_elses_establishment(world):
    return world.agent.sign(world.agent.rapport(world.figures("010780054"), world.figures("970210126")))


def signature_of_another_text(world):
    one, other = world.agent.sign(world.agent.rapport()), world.agent.sign(world.agent.rapport())
    return ".".join([*one.split(".")[:2], other.split(".")[2]])


def altered_payload(world):
    header, payload, signature = world.agent.sign(world.agent.rapport()).split(".")
    changed = (
        base64url.decode(payload)
        .replace(b'"numero":1,', b'"numero":2,')
        .replace(b'"precedent":null', b'"precedent":"' + b"e" * 64 + b'"')
    )
    return ".".join([header, base64url.encode(changed), signature])


def receipt_as_a_report(world):
    return sign(to_octets(world.agent.rapport()), world.agent.cle, Typ.RECU, int(world.clock.instant.timestamp()))


def for_another_receiver(world):
    return world.agent.sign(world.agent.rapport(destinataire="ars.exemple/autre"))


def unknown_key(world):
    stranger = replace(world.agent, cle=PrivateKey.generate())
    return stranger.sign(stranger.rapport())


def revoked_key(world):
    kid = world.agent.cle.public.kid
    world.store.writer.write(lambda connection: revoke(connection, kid, "2026-11-22T09:59:59Z"))
    return world.agent.sign(world.agent.rapport())


def other_organisme(world):
    return world.agent.sign(world.agent.rapport(ej="970300026"))


def other_installation(world):
    return world.agent.sign(world.agent.rapport(installation="6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a02"))


def white_space_in_bytes(world):
    spaced = json.dumps(json.loads(to_octets(world.agent.rapport())), ensure_ascii=False, sort_keys=True).encode()
    return sign(spaced, world.agent.cle, Typ.RAPPORT, int(world.clock.instant.timestamp()))


def more_active_than_present(world):
    return world.agent.sign(world.agent.rapport(world.figures("010780054", dossiers_actifs=101)))


def other_campaign_file(world):
    campagne = replace(load_campaign("generalisation-2025"), empreinte="f" * 64)
    agent = replace(world.agent, campagne=campagne)
    return agent.sign(agent.rapport())


def signed_in_the_future(world):
    return world.agent.sign(world.agent.rapport(), iat=world.clock.instant + timedelta(minutes=5, seconds=1))


def unknown_project(world):
    convention = Convention(code="dui-2027", campagne="generalisation-2025")
    agent = replace(world.agent, convention=convention)
    return agent.sign(agent.rapport())


def altered_indicateur(world, **change):
    rapport = world.agent.rapport()
    site = rapport.etablissements[0]
    first, second, *rest = site.indicateurs
    wrong = second.model_copy(update=change)
    site = site.model_copy(update={"indicateurs": (first, wrong, *rest)})
    rapport = rapport.model_copy(update={"etablissements": (site, *rapport.etablissements[1:])})
    return world.agent.sign(Rapport.model_validate_json(rapport.model_dump_json()))


def without(check):
    """Takes one check out of the tuple."""

    def take_out(monkeypatch, _world):
        kept = tuple(one for one in checks.CHECKS if one is not check)
        assert len(kept) == len(checks.CHECKS) - 1
        monkeypatch.setattr(checks, "CHECKS", kept)

    return take_out


def without_verification(monkeypatch, _world):
    """Believes any envelope."""

    def believe(jws, key, typ):
        payload = base64url.decode(jws.split(".")[1])
        return Verified(parse_header(jws), payload, empreinte(payload), empreinte(jws.encode()))

    monkeypatch.setattr(way, "verify", believe)


def without_key_lookup(monkeypatch, world):
    """Takes whoever signs for the agent."""
    monkeypatch.setattr(way, "find_key", lambda connection, _kid: find_key(connection, world.agent.cle.public.kid))


def without_revocation(monkeypatch, world):
    without(key.check_cle)(monkeypatch, world)
    monkeypatch.setattr(storing, "_check_live", lambda _connection, _arrival: None)


def without_byte_rules(monkeypatch, _world):
    monkeypatch.setattr(way, "from_octets", lambda classe, data: classe.model_validate_json(data))


@dataclass(frozen=True)
class Case:
    bad: Callable
    status: int
    code: str
    take_out: Callable
    then: str = ACCEPTED


CASES = [
    Case(wrong_rate, 422, "taux_faux", without(content.check_contenu)),
    Case(wrong_state, 422, "etat_faux", without(content.check_contenu)),
    Case(wrong_target, 422, "cible_fausse", without(content.check_contenu)),
    Case(window_no_measure_has, 422, "fenetre_fausse", without(content.check_contenu)),
    Case(window_not_over, 422, "fenetre_fausse", without(content.check_contenu)),
    Case(more_active_than_present, 422, "invariant", without(content.check_contenu)),
    # The store itself does not know that file: its foreign key is what is left to refuse it.
    Case(other_campaign_file, 422, "campagne_empreinte", without(content.check_contenu), "erreur_interne"),
    Case(unknown_project, 422, "projet_inconnu", without(project.check_projet), "erreur_interne"),
    Case(somebody_elses_establishment, 403, "hors_perimetre", without(scope.check_perimetre)),
    Case(signature_of_another_text, 400, "enveloppe_signature", without_verification),
    Case(altered_payload, 400, "enveloppe_signature", without_verification),
    Case(receipt_as_a_report, 400, "enveloppe_typ", without_verification),
    Case(for_another_receiver, 422, "destinataire_different", without(addressee.check_destinataire)),
    Case(unknown_key, 401, "cle_inconnue", without_key_lookup, "enveloppe_kid"),
    Case(revoked_key, 403, "cle_revoquee", without_revocation),
    Case(other_organisme, 403, "signataire_different", without(signatory.check_signataire), "projet_inconnu"),
    Case(other_installation, 403, "signataire_different", without(signatory.check_signataire)),
    Case(white_space_in_bytes, 400, "octets_ecriture", without_byte_rules),
    Case(signed_in_the_future, 422, "horloge", without(clock.check_horloge)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.bad.__name__)
def test_it_is_refused_by_name_and_nothing_is_kept(world, case):
    answer = world.push(case.bad(world))
    assert (answer.status_code, answer.json()["code"]) == (case.status, case.code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert kept_rows(world) == (0, 0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.bad.__name__)
def test_the_refusal_comes_from_that_check_and_no_other(world, case, monkeypatch):
    bad = case.bad(world)
    case.take_out(monkeypatch, world)
    answer = world.push(bad)
    outcome = ACCEPTED if answer.status_code == 201 else answer.json()["code"]
    assert outcome == case.then, answer.text
    assert kept_rows(world)[0] == (1 if case.then == ACCEPTED else 0)


def test_no_check_is_without_a_case():
    played = {case.bad for case in CASES}
    assert len(played) == len(CASES)
    assert len(checks.CHECKS) == 7, "a check was added: give it a case above"


def test_a_clock_within_five_minutes_is_believed(world):
    jws = world.agent.sign(world.agent.rapport(), iat=world.clock.instant + timedelta(minutes=5))
    assert world.push(jws).status_code == 201


def test_a_window_must_be_over_at_each_establishment_when_the_report_is_received(world):
    """It is 1 November in La Réunion and 31 October in Ain; the time of computing that the report claims is no help."""
    world.clock.instant = datetime(2026, 10, 31, 21, 0, tzinfo=UTC)
    rapport = world.agent.rapport(
        world.figures("010780054"),
        world.figures("970400024"),
        calcule_le=datetime(2026, 11, 1, 10, 0, tzinfo=UTC),
    )
    jws = world.agent.sign(rapport, iat=world.clock.instant)
    assert [one["code"] for one in world.push(jws).json()["problemes"]] == ["fenetre_fausse"]
    world.clock.advance(hours=2)
    assert world.push(jws).status_code == 201


def test_a_zone_that_the_report_claims_ends_no_window_early(world):
    """In Kiritimati it is 22 November fourteen hours before Greenwich: the establishment is in Ain."""
    world.clock.instant = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    rapport = world.agent.rapport(
        fenetre=Fenetre(debut=date(2026, 8, 22), fin=date(2026, 11, 22)),
        calcule_le=world.clock.instant,
        sites={finess: Site(None, "Pacific/Kiritimati") for finess in ("010780054", "2A0000154")},
    )
    jws = world.agent.sign(rapport, iat=world.clock.instant)
    assert [one["code"] for one in world.push(jws).json()["problemes"]] == ["fenetre_fausse"]


def test_every_problem_is_said_at_once(world):
    agent = replace(
        world.agent,
        destinataire="ars.exemple/autre",
        convention=Convention(code="dui-2026", campagne="generalisation-2025", cibles={"taux_dmp": "60"}),
    )
    rapport = agent.rapport(
        world.figures("010780054"),
        world.figures("970210126"),
        fenetre=Fenetre(debut=date(2026, 8, 2), fin=date(2026, 11, 1)),
    )
    problem = world.push(agent.sign(rapport, iat=world.clock.instant + timedelta(days=1))).json()
    found = {(one["code"], one.get("finess")) for one in problem["problemes"]}
    assert found == {
        ("destinataire_different", None),
        ("horloge", None),
        ("hors_perimetre", "970210126"),
        ("fenetre_fausse", None),
        ("cible_fausse", "010780054"),
        ("cible_fausse", "970210126"),
    }
    assert problem["detail"] == "Le rapport comporte 6 erreurs."


def kept_rows(world):
    with world.store.reading() as connection:
        return (
            connection.execute(select(func.count()).select_from(receptions)).scalar_one(),
            connection.execute(select(func.count()).select_from(presences)).scalar_one(),
        )
