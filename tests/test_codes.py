"""What the code on a sheet says, and how it is read again."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coursectl.certificates.codes import Code, Foreign, check_of, code_of, read_scanned, read_typed, squeezed

HASH = "ab12f98e" * 8
CODE = "C1:ICIM-2015-0042:NC9FK3NB2BWRX"
READ = Code("ICIM-2015-0042", "NC9FK3NB2BWRX")

hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
# As the course's pattern and code allow them.
serials = st.text(string.ascii_letters + string.digits + "/._ -", min_size=1, max_size=40).filter(
    lambda text: text.strip()
)


def test_a_code_says_its_form_the_number_and_65_bits_of_the_hash_in_letters_that_a_qr_code_packs_well():
    assert code_of("ICIM-2015-0042", HASH) == CODE
    assert re.fullmatch(r"[0-9A-Z $%*+./:-]{1,60}", CODE)
    assert code_of("ICIM 37/icim-2015-0042", HASH) == "C1:ICIM37/ICIM-2015-0042:NC9FK3NB2BWRX"


@pytest.mark.parametrize(
    ("hash_", "check"),
    [
        ("0" * 64, "0" * 13),
        ("f" * 64, "Z" * 13),
        ("8" + "0" * 63, "G" + "0" * 12),
        ("0" * 16 + "8" + "0" * 47, "0" * 12 + "1"),  # the 65th bit is the last
        ("0" * 16 + "7" + "f" * 47, "0" * 13),
    ],
)
def test_the_check_is_the_first_65_bits(hash_, check):
    assert check_of(hash_) == check


@given(serials, hashes)
def test_what_a_code_says_is_read_again(serial, hash_):
    code = code_of(serial, hash_)

    assert read_scanned(code) == Code(squeezed(serial), check_of(hash_))
    assert Code(squeezed(serial), check_of(hash_)) in read_typed(code)


@given(serials, hashes, st.data())
def test_a_code_that_is_typed_with_spaces_broken_lines_and_small_letters_is_read_as_it_is(serial, hash_, data):
    typed = "".join(
        letter + data.draw(st.sampled_from(["", "", " ", "\n", "\t"])) for letter in code_of(serial, hash_).swapcase()
    )

    assert read_typed(typed)[0] == Code(squeezed(serial), check_of(hash_))


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        "c1:icim-2015-0042:\nnc9fk3nb2bwrx",
        "ICIM-2015-0042:NC9FK3NB2BWRX",
        "icim-2015-0042 nc9fk3nb2bwrx",
        "ICIM-2015-0042+NC9FK3NB2BWRX",
        "ICIM-2015-0042 NC9FK 3NB2B WRX",
        "ICIM-2015-0042 NC9F-K3NB-2BWR-X",
        "C1: ICIM-2015-0042 NC9FK3NB2BWRX",
        "\u202aC1:ICIM-2015-0042:\u200bNC9FK3NB2BWRX\u202c",  # as some viewers copy it
    ],
)
def test_it_is_typed_in_many_ways(typed):
    assert read_typed(typed)[0] == READ


def test_letters_that_are_read_as_others_are_taken_for_those():
    code = "C1:ICIM-2015-0042:1000000000111"

    assert read_typed(code.replace("111", "IlL").replace("000", "Oo0"))[0] == Code("ICIM-2015-0042", "1000000000111")


def test_a_number_alone_is_a_number_alone():
    assert read_typed(" icim-2015-0042 ") == (Code("ICIM-2015-0042"),)
    assert read_typed("ICIM 2015 0042") == (Code("ICIM20150042"),)
    assert read_typed("C1:ICIM-2015-0042:NC9FK3NB2BWR") == (Code("ICIM-2015-0042:NC9FK3NB2BWR"),)


def test_a_number_that_could_be_a_check_is_tried_as_a_number_too():
    assert read_typed("A 2015000000042") == (Code("A", "2015000000042"), Code("A2015000000042"))


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("C2:ICIM-2015-0042:NC9FK3NB2BWRX", Foreign(2)),
        ("c10:whatever", Foreign(10)),
        ("https://verify.example/ICIM-2015-0042", Foreign()),
        ("", Foreign()),
        (" \n", Foreign()),
        ("x" * 5000, Foreign()),
    ],
)
def test_other_codes_are_foreign(text, foreign):
    assert (read_scanned(text), read_typed(text)) == (foreign, foreign)


@pytest.mark.parametrize(
    "text",
    ["ICIM-2015-0042", "C1:ICIM-2015-0042", "C1::NC9FK3NB2BWRX", "C1:ICIM-2015-0042:NC9FK3NB2BWRU", "BEGIN:VCARD"],
)
def test_what_a_machine_has_read_is_ours_only_if_it_is_whole(text):
    assert read_scanned(text) == Foreign()


@given(st.text())
@example("C٣:x")
@example("C1:" + ":" * 300)
@example(" ".join("0" * 90))
def test_no_text_breaks_it(text):
    for read in (*([one] if isinstance(one := read_typed(text), Foreign) else one), read_scanned(text)):
        assert isinstance(read, Code | Foreign)
