"""The staff's page on the evidence: every study with its provenance, and certainty with every reason."""

from __future__ import annotations

import pytest

from unloop.science.evidence import study_ids, what_is_known


@pytest.fixture
def page(as_user, cast) -> str:
    return as_user(cast.nurse).get("/learn/evidence/").content.decode()


def test_every_study_stands_there_with_how_many_of_its_values_are_barred(page):
    assert all(study_id in page for study_id in study_ids())
    assert "barred 0, awaited 0" in page
    assert f"{len(study_ids())} studies" in page


def test_certainty_stands_there_with_every_reason_and_every_sample_with_its_interval(page):
    known = what_is_known()
    assert "known with very low certainty" in page
    assert all(step.domain in page for step in known.body.lowered)
    assert "16 to 84 of 100" in page
    assert "4 to 61 of 100" in page
    assert (
        "4 of 8 were much better with ketamine (16 to 84 of 100) and 0 of 7 without it (0 to 41 of 100)"
        in page
    )
    assert "would still come up 8 times in 100" in page
    assert page.count("stays off pages for patients") == sum(not one.for_patients for one in known.samples)


def test_a_visitor_is_sent_to_sign_in(visitor):
    answer = visitor.get("/learn/evidence/")
    assert answer.status_code == 302
    assert "/sign-in/" in answer.headers["Location"]


def test_the_list_of_pages_shows_it_to_the_staff_alone(visitor, as_user, cast):
    assert "/learn/evidence/" not in visitor.get("/learn/en/").content.decode()
    assert "/learn/evidence/" in as_user(cast.owner).get("/learn/en/").content.decode()


def test_it_asks_the_database_seldom(as_user, cast, django_assert_max_num_queries):
    browser = as_user(cast.provider)
    with django_assert_max_num_queries(15):
        assert browser.get("/learn/evidence/").status_code == 200
