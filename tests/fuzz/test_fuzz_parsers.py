"""Every argument and every cell that is read: any text is understood, or refused in a sentence."""

from __future__ import annotations

import pytest
from fuzz_ground import TIMES
from fuzz_parsers import PARSERS, TRIED_ELSEWHERE, outcome, parsers
from hypothesis import given, settings
from hypothesis import strategies as st

from naughty import NAUGHTY, SURROGATES

# As much like what is right as a few letters can be, so that something is reached behind the first question.
LIKELY = st.one_of(
    st.text("0123456789-:.,/ T٣²½", max_size=24),
    st.text("0123456789.,% +-eEhminx", max_size=16),
    st.text("abes-_=|@:;,. {}[]()'\"é/?&#%", max_size=24),
    st.builds("{}{}".format, st.sampled_from(("rqlite://", "rqlites://a@", "late ", "D3 ", "S", "--as=", "{number}{year}", "ICIM-", "es=")), st.text(max_size=12)),
    st.from_regex(r"\A[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2})?\Z"),
    st.from_regex(r"\A[0-9]{1,12}(:|-|h|%| min|m)?[0-9]{0,5}\Z"),
)  # fmt: skip


@pytest.mark.parametrize("name", [name for name in PARSERS if name not in TRIED_ELSEWHERE])
def test_any_text_is_understood_or_refused(name: str):
    @settings(max_examples=40 * TIMES, derandomize=True, deadline=None, database=None)
    @given(text=st.one_of(LIKELY, st.text(max_size=30)))
    def holds(text: str) -> None:
        outcome(PARSERS[name], text)

    holds()


@pytest.mark.parametrize("name", PARSERS)
def test_every_naughty_string_is_understood_or_refused(name: str):
    for text in (*NAUGHTY, *SURROGATES, "9" * 5_000, "٣" * 5_000, "-" * 5_000, ":" * 5_000):
        outcome(PARSERS[name], text)


def test_every_parser_is_in_the_table_and_none_that_there_isnt():
    found = set(parsers())
    of_another_form = list(PARSERS)[list(PARSERS).index("attendance of people") :]

    assert found == PARSERS.keys() - set(of_another_form)
