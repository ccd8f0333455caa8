"""A network that is cut in two: three nodes in three network namespaces."""

from __future__ import annotations

import os
import time
from contextlib import closing

import pytest

from cluster import Network, new_networked_cluster, plain_copy
from coursectl.store import StoreOutOfReach, insert, new_id, open_store


@pytest.fixture(scope="module")
def network():
    laid = Network(os.getpid() % 12500)
    yield laid
    laid.remove()


@pytest.fixture(scope="module")
def far_cluster(network, tmp_path_factory, _empty_store):
    folder = tmp_path_factory.mktemp("far")
    cluster = new_networked_cluster(folder, network)
    cluster.start()
    cluster.hold(plain_copy(_empty_store, folder / "plain.db"))
    yield cluster
    cluster.stop()


def add(store, act, code: str):
    return store.apply(act.operation("course add", insert("course", [{"id": new_id(), "code": code, "title": "{}"}])))


def codes(store) -> set[str]:
    return {row["code"] for row in store.read("SELECT code FROM course", level="strong")}


def test_a_cut_between_the_leader_and_the_others_stops_nobody_who_reaches_the_others(far_cluster, network, act):
    leader = far_cluster.leader()
    leader_first = [leader, *(node for node in far_cluster.nodes if node is not leader)]
    url = f"rqlite://{','.join(node.address for node in leader_first)}"
    with closing(open_store(url)) as store:
        network.cut_off(leader.name)
        try:
            began = time.monotonic()
            add(store, act, "CUT")
            waited = time.monotonic() - began
        finally:
            network.join(leader.name)
        assert "CUT" in codes(store)
    assert waited < 15
    far_cluster.wait()


def test_who_reaches_only_the_smaller_side_can_neither_write_nor_believe_what_they_read(far_cluster, network, act):
    alone = far_cluster.leader()
    others = [node for node in far_cluster.nodes if node is not alone]
    with closing(open_store(f"rqlite://{alone.address}/?wait=4")) as store:
        network.cut_off(alone.name)
        try:
            with pytest.raises(StoreOutOfReach) as failed:
                add(store, act, "ALONE")
            with pytest.raises(StoreOutOfReach):
                codes(store)
            with closing(open_store(f"rqlite://{','.join(node.address for node in others)}")) as elsewhere:
                add(elsewhere, act, "OTHERS")
                meanwhile = codes(elsewhere)
        finally:
            network.join(alone.name)
    far_cluster.wait()
    assert failed.value.exit_code == 6
    with closing(open_store(far_cluster.url)) as store:
        assert "OTHERS" in meanwhile
        assert codes(store) == meanwhile  # what was refused on the smaller side never came
