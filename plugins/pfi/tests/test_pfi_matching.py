"""Messages and acknowledgements meet: answers that are late, repeated, negative, missing, lost or older."""

from collections.abc import Callable
from typing import Any

import pytest

from temoin_pfi.matching import Issue, Matched, match_acknowledgements
from temoin_pfi.survey import Survey

SurveyOf = Callable[..., Survey]


def matched(survey: Survey) -> Matched:
    return match_acknowledgements(survey)


def one(issues: dict[Any, Issue]) -> Issue:
    [issue] = issues.values()
    return issue


@pytest.mark.parametrize(
    ("answers", "issue"),
    [
        ([], Issue.EN_ATTENTE),
        (["Y"], Issue.CONFIRME),
        (["N"], Issue.REFUSE),
        (["N", "Y"], Issue.CONFIRME),
        (["Y", "N"], Issue.CONFIRME),
        (["Y", "Y"], Issue.CONFIRME),
    ],
)
def test_one_positive_answer_confirms(hl7: Any, survey_of: SurveyOf, answers: list[str], issue: Issue) -> None:
    found = matched(survey_of(hl7.envoi(), *(hl7.accuse(answer=a, number=f"A{n}") for n, a in enumerate(answers))))
    assert one(found.dmp) is issue
    assert found.mss == {}


def test_each_way_has_its_own_answer(hl7: Any, survey_of: SurveyOf) -> None:
    found = matched(survey_of(hl7.envoi(vers="dmp ps"), hl7.accuse(event="Z02")))
    assert (one(found.dmp), one(found.mss)) == (Issue.EN_ATTENTE, Issue.CONFIRME)


def test_a_read_receipt_confirms_no_reception(hl7: Any, survey_of: SurveyOf) -> None:
    found = matched(survey_of(hl7.envoi(vers="ps"), hl7.accuse(event="Z03")))
    assert (one(found.mss), found.lus) == (Issue.EN_ATTENTE, 1)


def test_the_order_of_files_does_not_matter(hl7: Any, survey_of: SurveyOf) -> None:
    assert one(matched(survey_of(hl7.accuse(), hl7.envoi())).dmp) is Issue.CONFIRME


def test_an_answer_weeks_later_confirms(hl7: Any, survey_of: SurveyOf) -> None:
    assert one(matched(survey_of(hl7.envoi(), hl7.accuse(moment="20261120"))).dmp) is Issue.CONFIRME


def test_an_answer_without_its_message_is_counted_apart(hl7: Any, survey_of: SurveyOf) -> None:
    found = matched(survey_of(hl7.envoi(), hl7.accuse("M404")))
    assert (one(found.dmp), found.sans_message) == (Issue.EN_ATTENTE, 1)


@pytest.mark.parametrize(
    ("moment", "issue", "anterieurs"),
    [("20260914235900", Issue.CONFIRME, 0), ("20260913", Issue.EN_ATTENTE, 1), ("2025", Issue.CONFIRME, 0)],
)
def test_an_answer_older_than_clocks_can_differ_answers_another_message(
    hl7: Any, survey_of: SurveyOf, moment: str, issue: Issue, anterieurs: int
) -> None:
    found = matched(survey_of(hl7.envoi(), hl7.accuse(moment=moment)))
    assert (one(found.dmp), found.anterieurs) == (issue, anterieurs)


def test_a_repeated_message_is_one(hl7: Any, survey_of: SurveyOf) -> None:
    survey = survey_of(hl7.envoi() + hl7.envoi(moment="20260916"), hl7.envoi(moment="20260917"), hl7.accuse())
    assert (len(survey.envois), survey.doublons, survey.illisibles) == (1, 2, [])
    [envoi] = survey.envois.values()
    assert envoi.moment == "2026-09-15T10:30:00+02:00"


def test_one_number_for_two_persons_is_refused(hl7: Any, survey_of: SurveyOf) -> None:
    survey = survey_of(hl7.envoi(usager="R1"), hl7.envoi(usager="R2"))
    assert len(survey.envois) == 1
    [illisible] = survey.illisibles
    assert (illisible.fichier, illisible.rang) == ("001.hl7", 1)
    assert "MSH-10" in illisible.raison


def test_two_senders_may_give_one_number(hl7: Any, survey_of: SurveyOf) -> None:
    survey = survey_of(
        hl7.envoi(usager="R1"),
        hl7.envoi(usager="R2", emetteur="AUTRE|ESMS"),
        hl7.accuse(destinataire="AUTRE|ESMS"),
        hl7.accuse(destinataire="INCONNU|ESMS"),
    )
    found = matched(survey)
    assert {survey.envois[key].usager: issue for key, issue in found.dmp.items()} == {
        "R1": Issue.EN_ATTENTE,
        "R2": Issue.CONFIRME,
    }
    assert found.ambigus == 1
