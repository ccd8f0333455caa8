"""One of a thing is said as one, in every language: what nominations, quotas, the waiting list and proposals answer. All people are invented."""

from __future__ import annotations

import re

import pytest

# Plurals that would be wrong after a 1, by language.
PLURALS = {
    "en": "places|seats|people|persons|files|sessions|contact hours|experts|positions|quotas|organizations|are",
    "es": "plazas|cupos|personas|archivos|sesiones|horas|expertos|posiciones|cuotas|lugares|ocupad[oa]s",
    "pt": "vagas|lugares|pessoas|arquivos|sessões|horas|especialistas|posições|cotas|ocupad[oa]s",
    "fr": "places|personnes|fichiers|séances|heures|experts|positions|quotas|prises",
}
# A line of ones: one seat, one place, one nomination, one who waits, one file, one session, one hour, one expert. With its exit code.
LINES = [
    ("edition edit ICIM-37 --seats 1 --waiting-list --end 2015-03-09", 0),
    ("edition quota ICIM-37 --country AR --min 1 --max 1 --target 1", 0),
    ("edition quota ICIM-37 --country CL --min 1", 5),
    ("edition quota ICIM-37", 0),
    ("expert add Silvia --country UY -e ICIM-37", 0),
    ("session add Asilo --day 1 --start 9:00 --end 10:00 -e ICIM-37", 0),
    ("roster nominate Ana --by DNM --country AR -e ICIM-37", 0),
    ("roster propose -e ICIM-37", 0),
    ("status -e ICIM-37", 0),
    ("roster propose -e ICIM-37 --to one.csv", 0),
    ("roster propose -e ICIM-37 --apply --dry-run", 0),
    ("roster accept Ana -e ICIM-37", 0),
    ("edition edit ICIM-37 --seats 0", 4),
    ("edition quota ICIM-37 --country AR --min 0 --max 0", 4),
    ("enroll Beto --country BR -e ICIM-37", 4),
    ("enroll Beto --country BR --waiting-list -e ICIM-37", 0),
    ("roster waitlist Beto --position 2 -e ICIM-37", 5),
    ("roster waitlist Beto --position 1 -e ICIM-37", 0),
    ("roster promote -e ICIM-37", 4),
    ("edition edit ICIM-37 --seats 2", 0),
    ("roster nominate Caio --by DNM --country AR -e ICIM-37", 0),
    ("roster accept Caio -e ICIM-37", 4),
    ("roster propose -e ICIM-37", 0),
    ("roster withdraw 1 -e ICIM-37", 0),
    ("roster decline --all --status nominated -e ICIM-37", 0),
    ("roster promote -e ICIM-37", 0),
    ("status -e ICIM-37", 0),
    ("roster export --to list.csv -e ICIM-37", 0),
    ("render roster -e ICIM-37 --out papers", 0),
    ("edition copy ICIM-37 ICIM-38 --start 2016-03-07", 0),
    ("edition copy ICIM-37 ICIM-39 --start 2016-03-07 --end 2016-03-06", 5),
]  # fmt: skip


def said_in(cli, monkeypatch, language):
    """What each line answers in the language."""
    monkeypatch.setenv("COURSECTL_LANG", language)
    said = []
    for line, code in LINES:
        answer = cli(*line.split())
        assert answer.code == code, (line, answer)
        said.append(answer.out + answer.err)
    return said


@pytest.mark.parametrize("language", PLURALS)
def test_a_one_is_followed_by_no_plural(cli, icim37, monkeypatch, language):
    said = said_in(cli, monkeypatch, language)

    wrong = re.compile(rf"(?<![\d.,/-])1 ({PLURALS[language]})\b")
    assert [text for text in said if wrong.search(text)] == []
    assert len([text for text in said if re.search(r"(?<![\d-])1\b", text)]) > len(said) / 2


def test_the_sentences_of_one_in_spanish(cli, icim37, monkeypatch):
    said = dict(zip((line for line, _code in LINES), said_in(cli, monkeypatch, "es"), strict=True))

    assert said["enroll Beto --country BR -e ICIM-37"] == (
        "ICIM-37 está completa: su único cupo está ocupado. Agregue --waiting-list para poner en su lista de espera a quien "
        "viene ahora, o aumente los cupos con: coursectl edition edit ICIM-37 --seats N\n"
    )
    assert said["roster waitlist Beto --position 2 -e ICIM-37"] == (
        "Solo una persona espera en ICIM-37: la posición es 1, no 2.\n"
    )
    assert said["roster accept Caio -e ICIM-37"] == (
        "Argentina tiene un máximo de 1 en ICIM-37; ya ocupa 1 y piden 1 más; no se escribió nada. Cámbielo con: "
        "coursectl edition quota ICIM-37, o reciba a un invitado fuera de las cuotas con: --over-quota REASON\n"
    )
    assert "  1 sesión, 1 hora lectiva, 1 experto\n" in said["status -e ICIM-37"]
