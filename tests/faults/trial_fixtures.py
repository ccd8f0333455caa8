"""What the trials share: a process that has everything loaded, and prepared stores."""

from __future__ import annotations

import pytest
import trial


@pytest.fixture(scope="session")
def launcher():
    """Forks commands."""
    started = trial.Launcher()
    yield started
    started.close()


@pytest.fixture(scope="session")
def prepared(launcher, tmp_path_factory):
    """Stores to try things on."""
    return trial.Prepared.make(tmp_path_factory.mktemp("prepared") / "stores", launcher)


@pytest.fixture
def crowded(prepared, tmp_path):
    """The folder of a store with sixty seats left, for a crowd to fight about."""
    prepared.copy("crowded", tmp_path / "crowd")
    return tmp_path / "crowd"
