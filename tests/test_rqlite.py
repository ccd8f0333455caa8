"""A store that several offices share: three real rqlite nodes, and what happens when one of them goes away."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest

from cluster import blank_file, free_ports, new_cluster, plain_copy
from conftest import NOW, Answer, add_course, add_edition
from coursectl.errors import BadInput, CourseError, Refused, word_left
from coursectl.store import LocalStore, Statement, StoreOutOfReach, create_store, insert, new_id, new_ids, open_store
from coursectl.store.address import parse
from coursectl.store.contract import StoreOutOfReach as OutOfReach
from coursectl.store.nodes import Unanswered
from coursectl.store.rqlite import RqliteStore


@pytest.fixture
def url(cluster, _empty_store, tmp_path):
    """The URL of a cluster that holds an empty store."""
    cluster.hold(plain_copy(_empty_store, tmp_path / "plain.db"))
    return cluster.url


@pytest.fixture
def shared(url):
    """That store, open."""
    with closing(open_store(url)) as store:
        yield store


def course(code: str = "ICIM") -> list[Statement]:
    return insert("course", [{"id": new_id(), "code": code, "title": "{}"}])


def codes(store) -> list[str]:
    return [row["code"] for row in store.read("SELECT code FROM course ORDER BY code", level="strong")]


# Making one -----------------------------------------------------------------------------------------------------------


def test_init_makes_the_store_that_a_file_would_be(cluster, cli, tmp_path):
    assert cli("status", "--store", cluster.url).err == (
        f"{cluster.url} holds no store yet. Make one with: coursectl init, or move one in: coursectl store copy FILE URL\n"
    )
    assert cli("init", "--store", cluster.url).code == 0
    again = cli("init", "--store", cluster.url)
    assert (again.code, again.err) == (4, f"{cluster.url} is there already; nothing was changed.\n")

    with closing(open_store(cluster.url)) as store:
        store.copy_to(tmp_path / "copy.db")
    create_store(tmp_path / "fresh.db", NOW).close()
    schemas = []
    for name in ("copy.db", "fresh.db"):
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            schemas.append(connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY type, name").fetchall())  # fmt: skip
    assert schemas[0] == schemas[1]


def test_of_two_who_make_the_store_at_once_one_is_told_that_it_is_there(cluster):
    told = []

    def make() -> None:
        try:
            create_store(cluster.url, NOW).close()
            told.append("made")
        except Refused as refused:
            told.append(str(refused))

    both = [threading.Thread(target=make) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(told) == sorted(["made", f"{cluster.url} is there already; nothing was changed."])


def test_a_copy_of_a_cluster_is_one_plain_file_that_opens_as_a_store(shared, act, tmp_path):
    shared.apply(act.operation("course add", course()))
    shared.copy_to(tmp_path / "out.db")
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith("out")] == ["out.db"]
    with closing(sqlite3.connect(tmp_path / "out.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    with closing(LocalStore(tmp_path / "out.db")) as taken_out:
        assert codes(taken_out) == ["ICIM"]


# Values ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [0, 1, -1, 2**53 + 1, 2**63 - 1, -(2**63), "", "ñ", "a\x00b", "\u2028", "𝒜", "'; DROP TABLE course; --", "1", None],
)
def test_a_value_comes_back_as_it_went(shared, value):
    row = shared.read("SELECT :value AS value, typeof(:value) AS kind", {"value": value})[0]
    kinds = {int: "integer", str: "text", type(None): "null"}
    assert (row["value"], type(row["value"]), row["kind"]) == (value, type(value), kinds[type(value)])


def test_a_real_that_is_whole_is_still_a_real(shared, act):
    rows = [
        {"id": new_id(), "code": code, "title": "{}", "attendance_minimum": share}
        for code, share in (("A", 1.0), ("B", 0.25))
    ]
    shared.apply(act.operation("course add", insert("course", rows)))
    shares = [row["attendance_minimum"] for row in shared.read("SELECT attendance_minimum FROM course ORDER BY code")]
    assert (shares, [type(share) for share in shares]) == ([1.0, 0.25], [float, float])


def test_bytes_come_back_as_bytes(shared, act):
    keep = Statement("INSERT INTO picture (hash, media_type, data) VALUES ('h', 'image/png', X'0001FF')")
    shared.apply(act.operation("course edit", [keep]))
    assert shared.read("SELECT data FROM picture") == [{"data": b"\x00\x01\xff"}]


def test_a_number_of_twenty_digits_and_half_a_letter_are_refused_before_they_are_sent(shared):
    with pytest.raises(BadInput, match="up to 19 digits"):
        shared.read("SELECT :n", {"n": 2**63})
    with pytest.raises(UnicodeEncodeError):
        shared.read("SELECT :n", {"n": "\ud800"})


def test_a_mistake_in_our_own_sql_is_a_bug_and_no_sentence(shared):
    for wrong in ("SELECT nothing", "SELECT * FROM nowhere", "SELEC"):
        with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is, it must not be a CourseError
            shared.read(wrong)
        assert not isinstance(raised.value, CourseError)


# Nodes that go away ---------------------------------------------------------------------------------------------------


def test_with_one_node_lost_reads_and_writes_go_on(cluster, shared, act):
    for node in cluster.nodes:
        cluster.kill(node)
        began = time.monotonic()
        shared.apply(act.operation("course add", course(node.name)))
        assert time.monotonic() - began < 10
        assert node.name in codes(shared)
        cluster.start()
    assert codes(shared) == ["n1", "n2", "n3"]


def test_with_the_majority_lost_a_write_fails_with_one_sentence_and_isnt_there(cluster, url, act):
    with closing(open_store(f"{url}/?wait=2")) as store:
        leader = cluster.leader()
        others = [node for node in cluster.nodes if node is not leader]
        for node in others:
            cluster.kill(node)
        operation = act.operation("course add", course())
        with pytest.raises(StoreOutOfReach) as failed:
            store.apply(operation)
        assert failed.value.exit_code == 6
        assert str(failed.value).startswith(f"{url} did")
        cluster.start()
        assert codes(store) in ([], ["ICIM"])  # the sentence says that it isn't known
        assert store.apply(operation).repeated == (codes(store) == ["ICIM"]) or codes(store) == ["ICIM"]


def test_with_no_node_at_all_the_command_soon_says_so(cli):
    nowhere = ",".join(f"127.0.0.1:{port}" for port in free_ports(2))
    began = time.monotonic()
    answer = cli("status", "--store", f"rqlite://{nowhere}/?wait=60")
    assert 5 <= time.monotonic() - began < 10, "as docs/shared-store.md says of wait="
    last = nowhere.rpartition(",")[2]
    assert (answer.code, answer.out, answer.err) == (
        6,
        "",
        f"rqlite://{nowhere} doesn't answer ({last}: Connection refused). Check the network, or ask who "
        "runs the cluster whether most of its nodes are up; see them with: coursectl store info\n",
    )


def test_a_leader_that_stands_still_holds_nobody_up_for_long(cluster, shared, act):
    leader = cluster.leader()
    cluster.freeze(leader)
    try:
        began = time.monotonic()
        shared.apply(act.operation("course add", course()))
        waited = time.monotonic() - began
    finally:
        cluster.thaw(leader)
    assert codes(shared) == ["ICIM"]
    assert waited < 12


def test_what_a_node_that_stood_still_had_taken_is_there_once_or_not_at_all(cluster, url, act):
    """The frozen leader wakes with requests in its hands that others have done meanwhile."""
    leader = cluster.leader()
    operations = [act.operation("course add", course(f"C{n}")) for n in range(4)]
    cluster.freeze(leader)
    try:
        only_leader = f"rqlite://{leader.address}/?wait=1"
        for operation in operations[:2]:
            with pytest.raises(StoreOutOfReach), closing(open_store(only_leader)) as asked:
                asked.apply(operation)
        with closing(open_store(url)) as store:
            for operation in operations:
                store.apply(operation)
    finally:
        cluster.thaw(leader)
    cluster.wait()
    with closing(open_store(url)) as store:
        assert codes(store) == ["C0", "C1", "C2", "C3"]
        assert [row["n"] for row in store.read("SELECT count(*) AS n FROM op", level="strong")] == [4]


def test_a_slow_node_slows_nobody_who_asks_the_others(cluster, shared, act):
    leader = cluster.leader()
    slow = next(node for node in cluster.nodes if node is not leader)
    with cluster.slowed(slow):
        with closing(open_store(f"rqlite://{leader.address}")) as store:
            began = time.monotonic()
            for number in range(10):
                store.apply(act.operation("course add", course(f"C{number}")))
            waited = time.monotonic() - began
        with closing(open_store(f"rqlite://{slow.address}")) as store:
            store.apply(act.operation("course add", course("THROUGH")))  # by way of the slow one it arrives too
    assert "THROUGH" in codes(shared)
    assert waited < 3


def test_what_is_left_of_a_lost_majority_is_taken_up_by_one_node_alone(request, tmp_path, act):
    """Two machines are gone for good: the last one is told that it is the cluster now, and has all that was written."""
    cluster = new_cluster(tmp_path)
    cluster.start()
    try:
        cluster.hold(plain_copy(request.getfixturevalue("_empty_store"), tmp_path / "plain.db"))
        with closing(open_store(cluster.url)) as store:
            for number in range(5):
                store.apply(act.operation("course add", course(f"C{number}")))
        last = next(node for node in cluster.nodes if node is not cluster.leader())
        cluster.wait_until_heard(last, "SELECT count(*) AS n FROM course", [{"n": 5}])
        cluster.stop()
        peers = [{"id": last.name, "address": f"{last.host}:{last.raft}", "non_voter": False}]
        (last.folder / "raft" / "peers.json").write_text(json.dumps(peers))
        cluster.nodes[:] = [last]
        cluster.start_again()
        with closing(open_store(cluster.url)) as store:
            assert codes(store) == ["C0", "C1", "C2", "C3", "C4"]
            store.apply(act.operation("course add", course("NEW")))
            assert [node.name for node in cluster.nodes] == [node.id for node in store.nodes()]
    finally:
        cluster.stop()


def test_a_large_store_begins_in_one_node_and_the_others_join_it(request, tmp_path, act, monkeypatch):
    from coursectl.store import rqlite

    monkeypatch.setattr(rqlite, "LARGEST_LOAD", 1000)
    plain = plain_copy(request.getfixturevalue("_example_store"), tmp_path / "plain.db")
    cluster = new_cluster(tmp_path)
    nodes = list(cluster.nodes)
    try:
        cluster.nodes[:] = nodes[:1]
        cluster.start_again()
        cluster.hold(plain)
        cluster.nodes[:] = nodes
        for node in nodes[1:]:
            cluster.join(node, nodes[0])
        cluster.wait()
        with closing(open_store(f"rqlite://{nodes[2].address}")) as store:
            deadline = time.monotonic() + 30
            while len(store.nodes()) < 3:  # it has just come, and asks the others who they are
                assert time.monotonic() < deadline
                time.sleep(0.1)
            store.apply(act.operation("course add", course("NEW")))
            assert codes(store) == ["ICIM", "NEW"]
        with pytest.raises(Refused) as refused:
            cluster.hold(plain)
        assert "has several nodes, which take 0 MB at once" in str(refused.value)
    finally:
        cluster.stop()


class _Forgetful(BaseHTTPRequestHandler):
    """Passes every request on to a node; of those that write, it keeps the first answers for itself.

    While it is `young`, it answers weak reads as a leader does that was just started and hasn't gone through its log yet.
    """

    node: str
    forgets: int
    young: bool = False

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        host, _, port = self.node.partition(":")
        with closing(HTTPConnection(host, int(port), timeout=20)) as line:
            line.request("POST", self.path, body, {"Content-Type": "application/json"})
            said = line.getresponse().read()
        if type(self).young and self.path == "/db/query?level=weak":
            said = b'{"results": [{"error": "no such table: migration"}]}'
        if self.path.startswith("/db/execute") and type(self).forgets:
            type(self).forgets -= 1
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_arguments: object) -> None:
        """Nothing on the screen."""


@pytest.fixture
def forgetful(cluster) -> Iterator[tuple[str, type[_Forgetful]]]:
    handler = type("Handler", (_Forgetful,), {"node": cluster.nodes[0].address, "forgets": 0})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"rqlite://127.0.0.1:{server.server_port}", handler
        server.shutdown()


def test_a_write_whose_answer_was_lost_is_sent_again_and_done_once(url, forgetful, act):
    through, handler = forgetful
    with closing(open_store(through)) as store:
        handler.forgets = 2
        applied = store.apply(act.operation("course add", course()))
        assert (applied.repeated, codes(store)) == (True, ["ICIM"])
        assert [row["n"] for row in store.read("SELECT count(*) AS n FROM audit", level="strong")] == [1]


def test_a_leader_that_was_just_started_is_not_taken_for_an_empty_one(url, forgetful, act):
    with closing(open_store(url)) as store:
        store.apply(act.operation("course add", course()))
    through, handler = forgetful
    handler.young = True
    with closing(open_store(through)) as store:
        assert store.read("SELECT code FROM course") == [{"code": "ICIM"}]


def test_a_write_whose_answer_is_never_heard_says_that_it_isnt_known(url, forgetful, act):
    through, handler = forgetful
    with closing(open_store(f"{through}/?wait=1")) as store:
        handler.forgets = 1000
        operation = act.operation("course add", course())
        with pytest.raises(Unanswered) as failed:
            store.apply(operation)
        handler.forgets = 0
        assert (failed.value.sure, failed.value.exit_code) == (False, 6)
        assert str(failed.value).endswith(
            f"and whether it was written isn't known. Before you type it again, look whether operation {str(operation.id)[-6:]} is there: coursectl log"
        )
        assert store.apply(operation).repeated


@pytest.mark.parametrize("status", [401, 403, 400, 404, 405, 413, 200])
def test_after_a_lost_answer_no_other_nodes_refusal_says_that_nothing_was_written(url, forgetful, act, status):
    """A node took the batch and was silent; the next one doesn't let us in, or isn't a node at all."""
    through, handler = forgetful
    with strange_node(status) as strange, closing(open_store(f"{through},{strange}/?wait=1")) as store:
        handler.forgets = 1000
        operation = act.operation("course add", course())
        with pytest.raises(Unanswered) as failed:
            store.apply(operation)
        handler.forgets = 0
        assert not failed.value.sure
        assert strange in str(failed.value)
        assert f"look whether operation {str(operation.id)[-6:]} is there" in str(failed.value)
        assert codes(store) == ["ICIM"]


def test_after_a_lost_answer_a_later_node_that_knows_it_is_asked_though_another_refuses(url, cluster, forgetful, act):
    through, handler = forgetful
    with (
        strange_node(401) as strange,
        closing(open_store(f"{through},{strange},{cluster.nodes[1].address}/?wait=5")) as store,
    ):
        handler.forgets = 1000
        assert store.apply(act.operation("course add", course())).repeated
        assert codes(store) == ["ICIM"]


def test_a_refusal_before_any_node_took_the_write_is_told_as_it_is(url, act):
    with strange_node(200) as strange, closing(open_store(url)) as store:
        store._nodes._order.insert(0, parse(f"rqlite://{strange}").nodes[0])
        with pytest.raises(OutOfReach, match="answers in a way that no rqlite node does"):
            store.apply(act.operation("course add", course()))


@contextmanager
def strange_node(status: int) -> Iterator[str]:
    """Something that answers every request with this status and no JSON."""

    class Strange(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_arguments: object) -> None:
            """Nothing on the screen."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Strange) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


# Reading what may be old -----------------------------------------------------------------------------------------------


def test_stale_listings_come_from_a_node_that_is_cut_off(cluster, url, cli, act):
    with closing(open_store(url)) as store:
        store.apply(act.operation("course add", course()))
        codes(store)
    last = cluster.nodes[2]
    cluster.wait_until_heard(last, "SELECT code FROM course", [{"code": "ICIM"}])
    for node in cluster.nodes[:2]:
        cluster.kill(node)
    cluster.wait_until_lost(last)
    alone = f"rqlite://{last.address}/?wait=2"
    assert cli("course", "list", "--json", "--store", alone).code == 6
    stale = cli("course", "list", "--json", "--store", alone, "--stale")
    assert (stale.code, [one["code"] for one in json.loads(stale.out)]) == (0, ["ICIM"])


def test_a_node_that_is_far_behind_says_so_instead_of_breaking(cluster, url, cli, tmp_path):
    halfway = tmp_path / "halfway.db"
    with closing(open_store(url)) as store:
        store.copy_to(halfway)
    with closing(sqlite3.connect(halfway)) as connection:
        connection.execute("ALTER TABLE course RENAME TO not_yet")
        connection.commit()
    cluster.hold(halfway)
    alone = f"rqlite://{cluster.leader().address}"
    behind = cli("course", "list", "--stale", "--store", alone)
    assert (behind.code, behind.out, behind.err) == (
        6,
        "",
        f"The node of {alone} that answered is far behind the others: it doesn't have the tables yet."
        " Type the command again in a moment, or without --stale.\n",
    )


def until_caught_up(cli, *command) -> Answer:
    """A node that was away before goes through all that it missed, on a busy machine for a while: then it asks to be asked again."""
    deadline = time.monotonic() + 60
    while (answer := cli(*command)).code == 6:
        assert "far behind the others" in answer.err or "lacks operations that the store has" in answer.err
        assert time.monotonic() < deadline, answer.err
    return answer


def test_with_most_nodes_gone_the_info_lists_them_at_once_and_what_one_has_can_be_kept(cluster, url, cli, act):
    with closing(open_store(url)) as store:
        store.apply(act.operation("course add", course()))
        codes(store)
    left, *gone = cluster.nodes
    cluster.wait_until_heard(left, "SELECT code FROM course", [{"code": "ICIM"}])
    for node in gone:
        cluster.kill(node)
    cluster.wait_until_lost(left)

    began = time.monotonic()
    answer = cli("store", "info", "--store", url)
    assert time.monotonic() - began < 6
    stale = until_caught_up(cli, "store", "info", "--json", "--stale", "--store", url)
    kept = until_caught_up(cli, "store", "backup", "--stale", "--store", url, "--to", "kept.db")

    first, *nodes, _advice, way = answer.err.splitlines()
    assert (answer.code, answer.out) == (6, "")
    assert first.endswith(" doesn't work: 1 of its 3 nodes answer, and most must, with a leader among them.")
    # It may take a moment until the last one has noticed that its leader is gone.
    assert nodes[0].startswith(f"  {left.address}: answers, and ")
    assert [line.strip().partition(" (")[0] for line in nodes[1:]] == [f"{one.address}: doesn't answer" for one in gone]
    assert "--stale" in way
    assert (stale.code, [one["reachable"] for one in stale.json["nodes"]]) == (0, [True, False, False])
    assert kept.code == 0, kept.err
    assert [one["code"] for one in cli("course", "list", "--json", "--store", "kept.db").json] == ["ICIM"]


def test_read_only_is_refused_before_anything_is_sent(url, act):
    with closing(open_store(url, read_only=True)) as store:
        with pytest.raises(Refused, match="opened read-only"):
            store.apply(act.operation("course add", course()))
        assert codes(store) == []


# In parts -------------------------------------------------------------------------------------------------------------


def many(count: int) -> list[dict[str, object]]:
    return [{"id": one, "name": f"Person {one}", "name_key": f"person {one}"} for one in new_ids(count)]


def count_of(store, table: str) -> int:
    return int(store.read(f"SELECT count(*) AS n FROM {table}", level="strong")[0]["n"])


def test_what_one_request_cant_carry_is_refused_with_the_way_to_do_it(url, act):
    with closing(open_store(f"{url}/?request_mb=0.01")) as store:
        with pytest.raises(Refused) as refused:
            store.apply(act.operation("enroll", insert("person", many(500))))
        assert str(refused.value).startswith(
            f"This write is 0.057 MB, more than one request to {url} carries (0.01 MB); nothing was written. With --in-parts it goes in "
        )
        assert refused.value.exit_code == 4
        with pytest.raises(Refused, match="can be tried beforehand"):
            store.apply(replace(act, dry_run=True, in_parts=True).operation("enroll", insert("person", many(500))))
        assert (count_of(store, "person"), count_of(store, "op")) == (0, 0)


def test_in_parts_all_of_it_arrives_under_one_operation_and_one_undo_takes_it_back(url, act):
    from coursectl.store import undo

    act = replace(act, in_parts=True)
    with closing(open_store(f"{url}/?request_mb=0.02")) as store:
        operation = act.operation("enroll", insert("person", many(1000)))
        applied = store.apply(operation)
        assert (applied.parts > 3, count_of(store, "person"), count_of(store, "op")) == (True, 1000, 1)
        assert store.read("SELECT count(*) AS n, max(part) AS last, max(parts) AS parts FROM op_part") == [
            {"n": applied.parts, "last": applied.parts, "parts": applied.parts}
        ]
        assert count_of(store, "audit") == 1000

        again = store.apply(operation)
        assert (again.parts, count_of(store, "person"), count_of(store, "audit")) == (applied.parts, 1000, 1000)

        undo.undo_by_replay(store, undo.get_operation(store, str(operation.id)), act)
        assert count_of(store, "person") == 0


def test_a_write_that_stopped_between_two_parts_says_how_far_it_got_and_goes_on(url, act):
    act = replace(act, in_parts=True)
    with closing(open_store(f"{url}/?request_mb=0.02")) as store:
        rows = many(1000)
        store.apply(act.operation("person add", insert("person", rows[900:901])))
        operation = act.operation("enroll", insert("person", rows, rule="person_known"))
        with pytest.raises(Refused) as stopped:
            store.apply(operation)
        done = store.read("SELECT count(*) AS n FROM op_part WHERE parts > 1", level="strong")[0]["n"]
        assert 0 < done < stopped.value.facts["parts"]
        assert str(stopped.value) == (
            f"Refused by the rule 'person_known'. Of {stopped.value.facts['parts']} parts {done} are written: mend it and type the command again, "
            f"which goes on where it stopped, or take them back: coursectl undo {str(operation.id)[-6:]}"
        )


LIST = "name,country,email\n" + "".join(f"Person {n:03},UY,p{n:03}@x.example\n" for n in range(300))


@pytest.fixture
def in_parts(url, act, cli, monkeypatch):
    """Enrolls a long list in parts, ended by `how` when so many of them are written."""
    with closing(open_store(url)) as store:
        add_edition(store, act, add_course(store, act), seats=1000)
    Path("list.csv").write_text(LIST, encoding="utf-8")

    def enroll(how: BaseException | None = None, after: int = 2) -> Answer:
        sent = count(1)

        def send(self: RqliteStore, *arguments: object) -> str | None:
            if how is not None and next(sent) > after:
                raise how
            return whole(self, *arguments)

        whole = RqliteStore._send
        with monkeypatch.context() as patched:
            patched.setattr(RqliteStore, "_send", send)
            return cli(
                "enroll", "--from", "list.csv", "-e", "ICIM-37", "--in-parts", "--store", f"{url}/?request_mb=0.02"
            )

    return enroll


def test_what_was_stopped_between_parts_and_typed_again_is_finished_for_the_check_too(url, cli, in_parts):
    stopped = in_parts(KeyboardInterrupt())
    assert (stopped.code, stopped.out) == (130, "")
    op = json.loads(cli("log", "--json", "--store", url).out)[0]["number"]
    parts = re.search(r"Of (\d+) parts", stopped.err)[1]
    assert stopped.err == (
        f"Stopped. Stopped while part 3 was under way, which may be written too. Of {parts} parts 2 are written: mend it and type the "
        f"command again, which goes on where it stopped, or take them back: coursectl undo {op}\n"
    )
    assert cli("store", "check", "--store", url).code == 5

    assert in_parts().code == 0
    assert len(json.loads(cli("roster", "list", "-e", "ICIM-37", "--json", "--store", url).out)) == 300
    checked = cli("store", "check", "--store", url)
    assert (checked.code, checked.err.splitlines()[-1]) == (0, "Nothing is wrong.")

    retyped = json.loads(cli("log", "--json", "--store", url).out)[0]["number"]
    assert cli("undo", retyped, "--store", url).code == 0
    assert cli("store", "check", "--store", url).code == 5


def test_a_retry_that_fits_one_request_finishes_it_too(url, cli, in_parts):
    parts = int(re.search(r"Of (\d+) parts", in_parts(KeyboardInterrupt()).err)[1])
    assert cli("undo", json.loads(cli("log", "--json", "--store", url).out)[0]["number"], "--store", url).code == 0
    in_parts(KeyboardInterrupt(), after=parts - 1)
    assert cli("store", "check", "--store", url).code == 5
    again = cli("enroll", "--from", "list.csv", "-e", "ICIM-37", "--in-parts", "--store", url)
    assert (again.code, cli("store", "check", "--store", url).code) == (0, 0)


def test_a_bug_between_parts_says_how_many_are_written(in_parts):
    with pytest.raises(ZeroDivisionError) as bug:
        in_parts(ZeroDivisionError())
    word = word_left(bug.value)
    assert "while part 3 was under way" in str(word)
    assert " parts 2 are written" in str(word)


# Schemas --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def old_folder(tmp_path):
    """The migrations of the first version only."""
    import shutil
    from pathlib import Path

    from coursectl.store import migrations

    folder = tmp_path / "old"
    folder.mkdir()
    shutil.copy(Path(migrations.FOLDER) / "0001_first.sql", folder)
    return folder


@pytest.fixture
def old_url(cluster, old_folder, tmp_path):
    """A cluster with a store of the first version in it."""
    from coursectl.store import migrations, schema
    from coursectl.store.connecting import APPLICATION_ID

    with closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        schema.migrate(connection, NOW, migrations.load(old_folder))
    cluster.hold(tmp_path / "old.db")
    return cluster.url


def test_an_older_store_is_read_and_not_written_until_somebody_migrates_it(old_url, act, tmp_path):
    with closing(open_store(old_url)) as store:
        assert codes(store) == []
        with pytest.raises(OutOfReach, match="When all offices have the new version: coursectl store migrate"):
            store.apply(act.operation("course add", course()))
        assert store.migrate(NOW) == ("parts", "nominations", "certificates")
        assert store.migrate(NOW) == ()
    with closing(open_store(old_url)) as store:
        store.apply(act.operation("course add", course()))
        store.copy_to(tmp_path / "migrated.db")
    create_store(tmp_path / "fresh.db", NOW).close()
    schemas = []
    for name in ("migrated.db", "fresh.db"):
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            schemas.append(connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY type, name").fetchall())  # fmt: skip
    assert schemas[0] == schemas[1]


def test_an_older_store_is_taken_out_of_the_cluster_in_this_programs_schema(old_url, cli):
    assert cli("store", "copy", old_url, "out.db").code == 0
    assert cli("store", "check", "--store", "out.db").code == 0


def test_a_newer_store_is_refused_with_one_sentence(url, cli):
    with closing(open_store(url)) as store:
        from coursectl.store.asking import execute

        execute(store._nodes, store.name, [Statement("INSERT INTO migration VALUES (9999, 'future', '2030-01-01')")])
    answer = cli("status", "--store", url)
    assert (answer.code, answer.out, answer.err.count("\n")) == (6, "", 1)
    assert answer.err.startswith(f"{url} was written by a newer coursectl (its schema is 9999,")


# Whom one asks --------------------------------------------------------------------------------------------------------


def test_nodes_tell_who_they_are(cluster, shared):
    told = shared.nodes()
    assert [(node.id, node.address.removeprefix("http://"), node.voter, node.reachable) for node in told] == [
        (node.name, node.address, True, True) for node in cluster.nodes
    ]
    assert [node.leader for node in told].count(True) == 1


def test_a_port_where_something_else_listens_is_told(cli):
    class Web(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_arguments: object) -> None:
            """Nothing on the screen."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Web) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        node = f"127.0.0.1:{server.server_port}"
        answer = cli("status", "--store", f"rqlite://{node}")
        tls = cli("status", "--store", f"rqlites://{node}")
        server.shutdown()
    assert (answer.code, answer.err) == (
        6,
        f"{node} answers in a way that no rqlite node does. Check the host and the port.\n",
    )
    assert tls.code == 6
    assert tls.err.startswith(f"{node} doesn't speak TLS as it should (")


def test_a_wrong_password_is_told_at_once(tmp_path, cli, monkeypatch):
    users = tmp_path / "users.json"
    users.write_text(json.dumps([{"username": "office", "password": "right", "perms": ["all"]}]))
    cluster = new_cluster(tmp_path, ("-auth", str(users)))
    node = cluster.nodes[0]
    cluster.nodes[:] = [node]
    try:
        cluster.start_alone()
        url = f"rqlite://office@{node.address}"
        monkeypatch.setenv("COURSECTL_STORE_PASSWORD", "wrong")
        refused = cli("init", "--store", url)
        monkeypatch.setenv("COURSECTL_STORE_PASSWORD", "right")
        made = cli("init", "--store", url)
    finally:
        cluster.stop()
    assert (refused.code, refused.err) == (
        6,
        f"{node.address} doesn't know 'office' with this password. Check the user in the store's URL, and that the password is "
        "theirs.\n",
    )
    assert (made.code, made.err) == (0, "")


def test_nodes_that_dont_keep_references_are_refused(tmp_path, cli, store_path):
    cluster = new_cluster(tmp_path, ("-fk=false",))
    del cluster.nodes[1:]
    try:
        cluster.start_alone()
        empty = [cli("init", "--store", cluster.url), cli("store", "copy", store_path, cluster.url)]
        cluster.hold(plain_copy(store_path, tmp_path / "plain.db"))
        held = cli("course", "add", "ICIM", "--title", "x", "--store", cluster.url)
    finally:
        cluster.stop()
    refused = (
        f"The nodes of {cluster.url} run without -fk, so nothing there keeps references whole. "
        "Ask who runs the cluster to start every node with: rqlited -fk …\n"
    )
    assert [(one.code, one.err) for one in (*empty, held)] == [(6, refused)] * 3


def test_nodes_with_too_old_a_sqlite_are_refused(url, cli, monkeypatch):
    from coursectl.store import rqlite

    monkeypatch.setattr(rqlite, "OLDEST_SQLITE", (99, 1, 0))
    refused = cli("course", "list", "--store", url)
    assert refused.code == 6
    assert refused.err.startswith(f"The nodes of {url} have SQLite 3.")
    assert ", and 99.1.0 is needed. " in refused.err


def test_blank_files_hold_nothing(cluster, tmp_path):
    from coursectl.store.rqlite import is_empty

    cluster.hold(blank_file(tmp_path / "again.db"))
    assert is_empty(parse(cluster.url))
