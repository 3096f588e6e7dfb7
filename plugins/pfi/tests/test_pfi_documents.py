"""One document through its transmissions, replacements and deletions."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from temoin_pfi.documents import Documents, standing_documents
from temoin_pfi.matching import match_acknowledgements
from temoin_pfi.survey import Survey

SurveyOf = Callable[..., Survey]
FIN = date(2026, 11, 1)
DOC, NEW, NEWEST = "1^^1.2.3^ISO", "2^^1.2.3^ISO", "3^^1.2.3^ISO"


def standing(survey: Survey, fin: date = FIN) -> Documents:
    assert survey.illisibles == []
    return standing_documents(survey, match_acknowledgements(survey), fin)


def numbers(found: Documents) -> list[str]:
    return [envoi.identifiant for envoi in found.depots]


class Story:
    """Messages of one document, each with its answer."""

    def __init__(self, hl7: Any) -> None:
        self.hl7 = hl7
        self.texts: list[str] = []

    def tell(self, type_: str, txa: str | None, moment: str, answer: str | None = "Y", **more: str) -> "Story":
        number = f"M{len(self.texts)}"
        text = self.hl7.envoi(number, moment, type_=type_, txa=txa, **more)
        self.texts.append(text + (self.hl7.accuse(number, answer=answer, moment=moment) if answer else ""))
        return self


@pytest.fixture
def story(hl7: Any) -> Story:
    return Story(hl7)


def test_a_replacement_is_the_same_document_under_its_first_date(story: Story, survey_of: SurveyOf) -> None:
    story.tell("MDM^T02", DOC, "20260901").tell("MDM^T10", f"{NEW}|{DOC}", "20260920")
    story.tell("MDM^T10", f"{NEWEST}|{NEW}", "20261005")
    found = standing(survey_of(*story.texts))
    assert numbers(found) == ["M0"]
    assert found.depots[0].moment == "2026-09-01"


def test_a_replacement_that_succeeds_where_the_original_failed_dates_the_document(
    story: Story, survey_of: SurveyOf
) -> None:
    story.tell("MDM^T02", DOC, "20260901", "N").tell("MDM^T10", f"{NEW}|{DOC}", "20260920")
    assert numbers(standing(survey_of(*story.texts))) == ["M1"]


def test_a_replacement_of_an_unknown_document_makes_none(story: Story, survey_of: SurveyOf) -> None:
    story.tell("MDM^T10", f"{NEW}|{DOC}", "20260920").tell("ORU^R01", None, "20260921", status="C")
    found = standing(survey_of(*story.texts))
    assert (numbers(found), found.remplacements_isoles) == ([], 2)


@pytest.mark.parametrize(("answer", "left"), [("Y", []), (None, []), ("N", ["M0"])])
def test_a_deletion_takes_the_document_away_unless_refused(
    story: Story, survey_of: SurveyOf, answer: str | None, left: list[str]
) -> None:
    story.tell("MDM^T02", DOC, "20260901").tell("MDM^T04", DOC, "20260902", answer)
    assert numbers(standing(survey_of(*story.texts))) == left


def test_a_deletion_after_the_window_changes_nothing_in_it(story: Story, survey_of: SurveyOf) -> None:
    story.tell("MDM^T02", DOC, "20260901").tell("MDM^T04", DOC, "20261031235959")
    survey = survey_of(*story.texts)
    assert numbers(standing(survey, date(2026, 10, 31))) == ["M0"]
    assert numbers(standing(survey, date(2026, 11, 1))) == []


def test_a_deletion_reaches_the_document_through_its_replacement(story: Story, survey_of: SurveyOf) -> None:
    story.tell("MDM^T02", DOC, "20260901").tell("MDM^T10", f"{NEW}|{DOC}", "20260910").tell("MDM^T04", NEW, "20260911")
    found = standing(survey_of(*story.texts))
    assert (numbers(found), found.supprimes) == ([], 1)


def test_a_document_sent_again_after_its_deletion_counts_from_then(story: Story, survey_of: SurveyOf) -> None:
    story.tell("MDM^T02", DOC, "20260901").tell("MDM^T04", DOC, "20260902").tell("MDM^T02", DOC, "20260903")
    assert numbers(standing(survey_of(*story.texts))) == ["M2"]


def test_a_deletion_of_an_unknown_document_is_counted_apart(story: Story, survey_of: SurveyOf) -> None:
    story.tell("MDM^T02", None, "20260901").tell("MDM^T04", None, "20260902").tell("MDM^T04", NEW, "20260902")
    found = standing(survey_of(*story.texts))
    assert (numbers(found), found.suppressions_isolees) == (["M0"], 2)


def test_an_oru_follows_its_document_by_the_filler_number(story: Story, survey_of: SurveyOf) -> None:
    for day, status in (("20260901", "F"), ("20260902", "C"), ("20260903", "D")):
        story.tell("ORU^R01", None, day, obr="CR-7^DUI", status=status)
    found = standing(survey_of(*story.texts))
    assert (numbers(found), found.supprimes) == ([], 1)


def test_documents_numbered_by_usager_are_not_one(story: Story, survey_of: SurveyOf) -> None:
    story.tell("MDM^T02", "1", "20260901", usager="R1").tell("MDM^T02", "1", "20260901", usager="R2")
    assert numbers(standing(survey_of(*story.texts))) == ["M0", "M1"]


def test_replacements_in_a_loop_end(story: Story, survey_of: SurveyOf) -> None:
    story.tell("MDM^T02", DOC, "20260901").tell("MDM^T10", f"{NEW}|{DOC}", "20260902")
    story.tell("MDM^T10", f"{DOC}|{NEW}", "20260903")
    assert len(numbers(standing(survey_of(*story.texts)))) <= 2


def test_what_was_never_confirmed_stands_nowhere(story: Story, survey_of: SurveyOf) -> None:
    story.tell("MDM^T02", DOC, "20260901", None).tell("MDM^T02", None, "20260901", "N")
    assert numbers(standing(survey_of(*story.texts))) == []
