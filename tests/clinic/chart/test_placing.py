"""Words in a drawing never stand on each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from unloop.clinic.chart.placing import Box, Plane, Spot, box_of, shortened, width_of

PAGE = Box(0, 0, 1180, 600)
SPOTS = st.builds(
    Spot, x=st.floats(0, 1180), y=st.floats(10, 590), anchor=st.sampled_from(["start", "middle", "end"])
)
TEXTS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=20)


@given(st.lists(st.tuples(TEXTS, st.lists(SPOTS, min_size=1, max_size=4)), max_size=30))
def test_whatever_is_placed_nothing_meets_anything(wanted: list[tuple[str, list[Spot]]]) -> None:
    plane = Plane(PAGE)
    found = [(text, plane.place(text, spots)) for text, spots in wanted]
    boxes = [box_of(text, spot, 13) for text, spot in found if spot is not None]
    assert not any(one.meets(other) for place, one in enumerate(boxes) for other in boxes[place + 1 :])
    assert all(box.left >= 0 and box.right <= 1180 for box in boxes)


@given(TEXTS, st.lists(SPOTS, min_size=1, max_size=4))
def test_an_empty_drawing_takes_the_first_spot_that_lies_inside(text: str, spots: list[Spot]) -> None:
    inside = [
        spot for spot in spots if box_of(text, spot, 13).left >= 0 and box_of(text, spot, 13).right <= 1180
    ]
    assert Plane(PAGE).place(text, spots) == (inside[0] if inside else None)


def test_a_label_takes_its_second_spot_when_the_first_is_taken() -> None:
    plane = Plane(PAGE)
    plane.take(Box(95, 80, 140, 110))
    above, below = Spot(100, 100), Spot(100, 130)
    assert plane.place("30", [above, below]) == below


def test_a_label_that_finds_no_room_is_left_out() -> None:
    plane = Plane(PAGE)
    assert plane.place("response", [Spot(100, 100)]) is not None
    assert plane.place("remission", [Spot(110, 104)]) is None


def test_boxes_that_only_touch_do_not_meet() -> None:
    assert not Box(0, 0, 10, 10).meets(Box(10, 0, 20, 10))
    assert Box(0, 0, 10, 10).meets(Box(9, 9, 20, 20))


@given(TEXTS, st.floats(20, 300))
def test_a_long_name_is_cut_to_the_room_it_has(text: str, room: float) -> None:
    cut = shortened(text, room)
    assert cut == text or cut.endswith("\u2026")
    assert width_of(cut, 15) <= max(room, width_of("m", 15))
