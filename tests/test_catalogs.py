"""The tool's sentences in Spanish, Portuguese and French: all there, with the same facts in them, and compiled."""

from __future__ import annotations

import importlib.util
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from coursectl.cli.app import COMMANDS
from coursectl.enrollment import CATEGORIES, MoveRefused
from coursectl.errors import N_, Fault, Word
from coursectl.locale import gettext, read_word, set_language
from coursectl.program import KINDS

ROOT = Path(__file__).parent.parent
LANGUAGES = ("es", "pt", "fr")
FACTS = re.compile(r"(?<!\{)\{[^{}]*\}(?!\})")
TYPED = re.compile(
    rf"coursectl (?:{'|'.join(COMMANDS)})\b(?: (?:add|edit|list|show|issue|certificates|figures|use|close|mark|accept|withdraw|import))?|(?<![\w-])--[a-z][a-z-]+|COURSECTL_[A-Z]+"
)


def _tool():
    spec = importlib.util.spec_from_file_location("catalogs", ROOT / "tools" / "catalogs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _messages(language):
    path = ROOT / "src" / "coursectl" / "catalogs" / language / "LC_MESSAGES" / "coursectl.po"
    return [message for message in read_po(io.BytesIO(path.read_bytes()), locale=language) if message.id]


def _pairs(language):
    """Each sentence with its translation; of two forms, the plural ones."""
    for message in _messages(language):
        yield (message.id, message.string) if isinstance(message.id, str) else (message.id[1], message.string[-1])


def test_the_catalogs_hold_just_what_the_tool_says_and_are_compiled():
    done = subprocess.run([sys.executable, "tools/catalogs.py", "--check"], cwd=ROOT, capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, ""), "run: python tools/catalogs.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language):
    strings = [
        message.string if isinstance(message.string, tuple) else (message.string,) for message in _messages(language)
    ]

    assert len(strings) > 900
    assert [message.id for message, texts in zip(_messages(language), strings, strict=True) if not all(texts)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_facts_of_its_sentence(language):
    assert [
        (said, text) for said, text in _pairs(language) if sorted(FACTS.findall(said)) != sorted(FACTS.findall(text))
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_and_options_are_never_translated(language):
    assert [
        (said, text) for said, text in _pairs(language) if not set(TYPED.findall(said)) <= set(TYPED.findall(text))
    ] == []


@pytest.mark.parametrize(
    ("language", "first", "refused"),
    [
        ("es", "Uso: coursectl roster list [OPTIONS]", "No hay base en nada.db."),
        ("pt", "Uso: coursectl roster list [OPTIONS]", "Não há base em nada.db."),
        ("fr", "Usage\u00a0: coursectl roster list [OPTIONS]", "Il n'y a pas de base en nada.db."),
    ],
)
def test_help_and_errors_are_in_the_language_of_the_user(language, first, refused, monkeypatch):
    """In a process of its own: a command's help is read when its module is, and once."""
    environment = {"COURSECTL_LANG": language, "PATH": "", "PYTHONUTF8": "1"}

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "coursectl", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )

    help_text = run("roster", "list", "--help").stdout
    words = dict(_pairs(language))
    assert help_text.splitlines()[0] == first
    for said in ("Options", "Show this help.", "Global options", "Example", "List the participants, by number."):
        assert words[said] in help_text
    assert run("roster", "list", "--store", "nada.db").stderr.startswith(refused)


def test_a_status_in_a_refusal_is_in_the_language_of_the_sentence_and_a_persons_words_are_not():
    refusal = MoveRefused(name="withdrawn", status=Word("withdrawn"), edition="ICIM-37", verb="confirm", possible="-")
    fault = Fault(
        3, "País", "withdrawn", N_("has no place in the edition ({status})"), (("status", Word("withdrawn")),)
    )

    set_language("es", {})

    assert (
        refusal.sentence(gettext)
        == "withdrawn tiene el estado «retirado» en ICIM-37: confirm no es posible. Puede escribir: -"
    )
    assert fault.sentence(gettext) == "fila 3, \"País\": 'withdrawn': no tiene lugar en la edición (retirado)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_that_is_shown_can_be_typed_back(language):
    words = dict(_pairs(language))
    shown = {"sex": ("female", "male", "other", "not_stated"), "category": CATEGORIES, "session_kind": KINDS}

    read = {(kind, code): read_word(kind, words[code]) for kind, codes in shown.items() for code in codes}

    assert [(kind, words[code], found) for (kind, code), found in read.items() if found != code] == []
