"""What every test stands on: a real store in a file of its own, and the command line called like a function."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cluster import Cluster, blank_file, new_cluster, plain_copy
from coursectl import locale
from coursectl.cli.app import run
from coursectl.store import Act, LocalStore, Store, create_store, insert, new_id, open_store

NOW = "2015-03-09T12:00:00.000Z"


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test has its own folder, configuration and language."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("COURSECTL_CONFIG", str(tmp_path / "config"))
    for name in ("COURSECTL_STORE", "COURSECTL_EDITION", "COURSECTL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    locale.set_language("en", {})
    yield
    locale.set_language("en", {})


# The store's own tests, the story and the workflows run on both engines; the rest on a file.
ON_BOTH_ENGINES = {
    "test_store",
    "test_seats",
    "test_undo",
    "test_story",
    "test_closing",
    "test_importing",
    "test_overview",
    "test_preparing",
    "test_printing",
    "test_letters",
    "test_badges",
    "test_enrollment",
    "test_nominations",
    "test_erasing",
    "test_erased_people",
    "test_several_places",
    "test_merging_people",
    "test_list_updates",
    "test_certificate_register",
}
_ONLY_FILES = {"store_path", "_store_path"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test of those modules that has a store, and doesn't look at its file, a second run on a cluster."""
    if metafunc.module.__name__ in ON_BOTH_ENGINES and "engine" in metafunc.fixturenames:
        on_files = _ONLY_FILES & set(metafunc.fixturenames) or metafunc.definition.get_closest_marker("only_files")
        metafunc.parametrize("engine", ["sqlite"] if on_files else ["sqlite", "rqlite"], indirect=True)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """The engine that the test's store is on."""
    return getattr(request, "param", "sqlite")


@pytest.fixture(scope="session")
def _running_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One cluster for all tests of a worker."""
    cluster = new_cluster(tmp_path_factory.mktemp("cluster"))
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture
def cluster(_running_cluster: Cluster, tmp_path: Path) -> Cluster:
    """Three nodes, all up, that hold nothing yet."""
    _running_cluster.start()
    _running_cluster.hold(blank_file(tmp_path / "blank.db"))
    return _running_cluster


@pytest.fixture(scope="session")
def _empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "coursectl.db"
    create_store(str(path), NOW).close()
    return path


@pytest.fixture(scope="session")
def _example_store(tmp_path_factory: pytest.TempPathFactory, _empty_store: Path) -> Path:
    from coursectl.workflows import importing

    path = tmp_path_factory.mktemp("example") / "coursectl.db"
    shutil.copy(_empty_store, path)
    opened = open_store(str(path))
    importing.import_folder(opened, Path(__file__).parents[1] / "examples" / "icim-37", Act("coordinator", NOW))
    opened.close()
    return path


@pytest.fixture
def example(engine: str, request: pytest.FixtureRequest, tmp_path: Path, _example_store: Path) -> Path | str:
    """A store with the example in it, attendance and all, not closed yet, where the test's commands find it.

    Its file; the cluster's URL where the test runs on a cluster.
    """
    return _placed(_example_store, engine, request, tmp_path)


def _placed(source: Path, engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    path = tmp_path / "work" / "coursectl.db"
    if engine == "sqlite":
        if not path.exists():  # the test's commands may have written to it already
            shutil.copy(source, path)
        return path
    cluster = request.getfixturevalue("cluster")
    cluster.hold(plain_copy(source, tmp_path / "plain.db"))
    request.getfixturevalue("monkeypatch").setenv("COURSECTL_STORE", cluster.url)
    return str(cluster.url)


@pytest.fixture
def store_path(tmp_path: Path, _empty_store: Path) -> Path:
    """The file of an empty store, where the commands of the test find it."""
    path = tmp_path / "work" / "coursectl.db"
    if not path.exists():  # the test's `store` may be open on it
        shutil.copy(_empty_store, path)
    return path


@pytest.fixture
def store(engine: str, request: pytest.FixtureRequest, tmp_path: Path, _empty_store: Path) -> Iterator[Store]:
    """An empty store, where the test's commands find it: the file of `store_path`, or a cluster."""
    opened = open_store(_placed(_empty_store, engine, request, tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def act() -> Act:
    """A coordinator at noon of the opening day."""
    return Act(actor="coordinator", now=NOW)


@dataclass(frozen=True)
class Ids:
    """The ids of a course and its edition 37."""

    course: int
    edition: int


def add_course(store: Store, act: Act, code: str = "ICIM") -> int:
    """A course, straight into its table: rooms that need one don't test how it is made."""
    course = new_id()
    title = '{"en": "Inter-American Course on International Migration", "es": "Curso Interamericano sobre Migraciones Internacionales"}'
    store.apply(act.operation("course add", insert("course", [{"id": course, "code": code, "title": title}])))
    return course


def add_edition(store: Store, act: Act, course: int, number: int = 37, **more: Any) -> int:
    """An edition of it: ten working days and a closing day in Mar del Plata, unless `more` says otherwise."""
    edition = new_id()
    row = {
        "id": edition, "course_id": course, "number": number, "year": 1978 + number, "place": "Mar del Plata", "country": "AR",
        "start_date": "2015-03-09", "end_date": "2015-03-21", "time_zone": "America/Argentina/Buenos_Aires", "seats": 30,
    } | more  # fmt: skip
    store.apply(act.operation("edition add", insert("edition", [row])))
    return edition


@pytest.fixture
def icim37(store: Store, act: Act) -> Ids:
    """The course ICIM with its 37th edition of 30 seats."""
    course = add_course(store, act)
    return Ids(course, add_edition(store, act, course))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """With COURSECTL_NEVER_SKIP=1, as CI runs, a test that skips itself fails: what isn't checked isn't green."""
    report = yield
    if report.skipped and os.environ.get("COURSECTL_NEVER_SKIP") == "1":
        report.outcome = "failed"
        report.longrepr = (
            f"{item.nodeid} was skipped, which COURSECTL_NEVER_SKIP forbids: {call.excinfo and call.excinfo.value}"
        )
    return report


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its stdout, read as JSON."""
        return json.loads(self.out)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Answer]:
    """Run a command line in this process: `cli("roster", "list", "--json")`. A bug is raised, not hidden."""

    def call(*arguments: str | Path) -> Answer:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Answer(int(code), said.out, said.err)

    return call


__all__ = ["NOW", "Answer", "Ids", "LocalStore", "add_course", "add_edition"]
