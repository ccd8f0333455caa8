"""What a shared store costs at a distance: the figures behind docs/plan-175-offices.md.

    sudo python benchmarks/cluster.py distance       # writes, reads and whole commands, nodes and office so far from each other
    sudo python benchmarks/cluster.py restless       # how often far voters lose their leader, with rqlite's own timeouts
    sudo python benchmarks/cluster.py failover       # how long nobody can write after the leader is killed
    python benchmarks/cluster.py load                # eight offices that enroll without a pause
    python benchmarks/cluster.py size big.db         # a store of that size in a cluster: load, backup, memory, a node's restart

Real nodes on this machine. For `distance`, `restless` and `failover` each node is in a network namespace of its own, with the flags,
TLS and users of deploy/, and every packet between two of them waits half of their round trip on its way: handshakes and all. (`tc netem`
would do the same; not every kernel has it, a TUN device every one.) Bandwidth and lost packets aren't simulated. That needs
root and iproute2. Needs rqlited: CONTRIBUTING.md. Measure on a quiet machine: each mode says how busy it was.
"""

from __future__ import annotations

import fcntl
import heapq
import json
import multiprocessing
import os
import select
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from cluster import Node, cluster_of, find_rqlited, plain_copy
from coursectl.errors import CourseError
from coursectl.store import Act, Statement, Store, create_store, insert, new_id, open_store
from coursectl.store.address import parse
from coursectl.store.nodes import Nodes, Request

DEPLOY = Path(__file__).parents[1] / "deploy"
NOW = "2016-03-01T12:00:00.000Z"
ACT = Act("benchmark", NOW)
COUNT = "SELECT count(*) AS n FROM op"
ADMIN, OFFICE = "admin", "office"
LOCAL = 2  # milliseconds there and back within one region: three zones of a provider
NEAR = 10  # an office and a node in its own region

Rtt = Callable[[str, str], float]
"""Milliseconds there and back between two places."""


def everywhere(rtt: float) -> Rtt:
    """As far from any place to any other."""
    return lambda _one, _other: rtt


class Distances:
    """Places on this machine whose packets to each other take their time; `here` is where this process is."""

    def __init__(self, places: Sequence[str]) -> None:
        self.places = ("here", *places)
        self.rtt: Rtt = everywhere(0)
        self._tag = f"cd{os.getpid() % 100_000}"
        self._net = f"10.{100 + os.getpid() % 100}.{os.getpid() // 100 % 250}"
        self._fds: dict[str, int] = {}
        self._over = threading.Event()
        self._carrier = threading.Thread(target=self._carry, daemon=True)

    def address(self, place: str) -> str:
        """Of a place, in the network of all of them."""
        return f"{self._net}.{10 + self.places.index(place)}"

    def inside(self, place: str) -> tuple[str, ...]:
        """What a command line begins with that is to run there."""
        return ("ip", "netns", "exec", self._tag + place)

    def __enter__(self) -> Distances:
        for place in self.places:
            device = f"{self._tag}{self.places.index(place)}"
            self._fds[place] = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(
                self._fds[place], 0x400454CA, struct.pack("16sH", device.encode(), 0x1001)
            )  # TUNSETIFF, a bare TUN
            namespace: tuple[str, ...] = ()
            if place != "here":
                namespace = ("-n", self._tag + place)
                _ip("netns", "add", self._tag + place)
                _ip("link", "set", device, "netns", self._tag + place)
                _ip(*namespace, "link", "set", "lo", "up")
            _ip(*namespace, "addr", "add", f"{self.address(place)}/24", "dev", device)
            _ip(*namespace, "link", "set", device, "up", "txqueuelen", "10000")
        self._carrier.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._carrier.join()
        for place, fd in self._fds.items():
            os.close(fd)
            if place != "here":
                _ip("netns", "del", self._tag + place)

    def _carry(self) -> None:
        """Hand each packet on when its time has come, in the order of their times."""
        by_fd = {fd: place for place, fd in self._fds.items()}
        by_address = {socket.inet_aton(self.address(place)): place for place in self.places}
        waiting: list[tuple[float, int, int, bytes]] = []
        number = 0
        while not self._over.is_set():
            patience = max(0.0, min(0.2, waiting[0][0] - time.monotonic())) if waiting else 0.2
            for fd in select.select(list(by_fd), [], [], patience)[0]:
                for _ in range(64):
                    try:
                        packet = os.read(fd, 65536)
                    except BlockingIOError:
                        break
                    there = by_address.get(packet[16:20])
                    if packet[0] >> 4 == 4 and there is not None:
                        number += 1
                        due = time.monotonic() + self.rtt(by_fd[fd], there) / 2000
                        heapq.heappush(waiting, (due, number, self._fds[there], packet))
            now = time.monotonic()
            while waiting and waiting[0][0] <= now:
                _, _, fd, packet = heapq.heappop(waiting)
                with suppress(BlockingIOError):  # the queue is full; TCP sends it again, as on a real line
                    os.write(fd, packet)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


def rqlited() -> str:
    """The server's program; where it is missing, this ends."""
    return find_rqlited() or sys.exit("rqlited is missing: bring it as CONTRIBUTING.md says")


class Far:
    """Voters, and perhaps a read-only node, as the files of deploy/ start them, as far from each other as one says."""

    def __init__(self, folder: Path, places: Distances, flags: Sequence[str] = ()) -> None:
        self.places = places
        self._folder = folder
        self._flags = flags
        self._program = rqlited()
        self._nodes = {
            place: Node(place, folder / place, places.address(place), 4001, 4002, before=places.inside(place))
            for place in places.places
            if place != "here"
        }
        names = ",".join(places.address(place) for place in places.places)
        subprocess.run([DEPLOY / "make-certificates.sh", folder / "certs", f"node,{names}"], check=True, capture_output=True)  # fmt: skip
        users = json.loads((DEPLOY / "users.json.example").read_text("utf-8"))
        self._passwords = {user["username"]: user["password"] for user in users}
        (folder / "users.json").write_text(json.dumps(users), "utf-8")

    @property
    def voters(self) -> list[str]:
        """Their places."""
        return [place for place in self.places.places if place.startswith("voter")]

    def start(self, place: str) -> None:
        """Start the node of a place, for the first time or again."""
        certs = self._folder / "certs"
        role = ("-raft-non-voter",) if place not in self.voters else ("-bootstrap-expect", str(len(self.voters)))
        flags = [
            "-http-ca-cert", certs / "ca.crt", "-http-cert", certs / "node.crt", "-http-key", certs / "node.key",
            "-node-ca-cert", certs / "ca.crt", "-node-cert", certs / "node.crt", "-node-key", certs / "node.key",
            "-node-verify-client", "-auth", self._folder / "users.json",
            "-join", ",".join(self._nodes[voter].raft_address for voter in self.voters), "-join-as", "node",
            *role, *self._flags,
        ]  # fmt: skip
        self._nodes[place].run(self._program, *map(str, flags))

    def fill(self) -> None:
        """Start all nodes, and give them an empty store."""
        for place in self.voters:
            self.start(place)
        self.leader()
        create_store(self.url(*self.voters, user=ADMIN), NOW).close()
        for place in self.places.places:
            if place not in (*self.voters, "here"):
                self.start(place)
                self.wait(place)

    def url(self, *at: str, user: str = OFFICE) -> str:
        """The nodes of these places as an office names them; the password goes into the environment."""
        os.environ["COURSECTL_STORE_PASSWORD"] = self._passwords[user]
        hosts = ",".join(self._nodes[place].address for place in at)
        return f"rqlites://{user}@{hosts}/?wait=60&ca={self._folder / 'certs' / 'ca.crt'}"

    def told(self, place: str) -> dict[str, dict[str, object]]:
        """What the node of that place says of all of them. Raises CourseError."""
        url = self.url(place).replace("wait=60", "wait=1")
        with closing(Nodes(parse(url), place)) as nodes:
            answer: dict[str, dict[str, object]] = nodes.ask(Request("GET", "/nodes?nonvoters&timeout=2s"))
            return answer

    def wait(self, place: str) -> None:
        """Until the node of that place knows the store."""
        while True:
            try:
                with closing(open_store(self.url(place), stale=True)):
                    return
            except CourseError:
                time.sleep(0.1)

    def leader(self) -> str:
        """The place of the node that leads, waiting until there is one."""
        while True:
            for place in self.voters:
                try:
                    found = [name for name, node in self.told(place).items() if node.get("leader")]
                except CourseError:
                    continue
                if found:
                    return found[0]
            time.sleep(0.1)

    def kill(self, place: str) -> None:
        """As a power cut would. (`ip netns exec` becomes the node itself.)"""
        self._nodes[place].kill()

    def stop(self) -> None:
        """End all nodes."""
        for node in self._nodes.values():
            if node.process is not None:
                node.kill()


@contextmanager
def far_nodes(folder: Path, *places: str, flags: Sequence[str] = ()) -> Iterator[Far]:
    """Nodes at no distance yet, with an empty store."""
    folder.mkdir()
    with Distances(places) as distances:
        far = Far(folder, distances, flags)
        try:
            far.fill()
            yield far
        finally:
            far.stop()


def empty(folder: Path) -> Path:
    """An empty store, as a cluster takes it."""
    create_store(folder / "empty.db", NOW).close()
    return plain_copy(folder / "empty.db", folder / "plain.db")


def enroll(edition: int) -> list[Statement]:
    """What one `enroll` sends: a person and a place, audited."""
    person = new_id()
    row = {
        "id": new_id(),
        "edition_id": edition,
        "person_id": person,
        "status": "accepted",
        "country": "AR",
        "enrolled_at": NOW,
    }
    return [
        *insert("person", [{"id": person, "name": f"P{person}", "name_key": f"p{person}"}]),
        *insert("enrollment", [row]),
    ]


def edition_of(store: Store) -> int:
    """A course with an edition without a limit."""
    course, edition = new_id(), new_id()
    rows = insert("course", [{"id": course, "code": f"C{course}", "title": "{}"}])
    store.apply(
        ACT.operation("course add", [*rows, *insert("edition", [{"id": edition, "course_id": course, "number": 1}])])
    )
    return edition


def median(work: Callable[[], object]) -> float:
    """Milliseconds, of 15 times."""
    return statistics.median(_times(work, 15))


def quickest(work: Callable[[], object]) -> float:
    """Milliseconds, of 7 times: a program's start is what a busy machine delays most."""
    return min(_times(work, 7))


def _times(work: Callable[[], object], times: int) -> list[float]:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return took


VOTERS = ("voter1", "voter2", "voter3")
FAR = ("-raft-timeout", "3s", "-raft-election-timeout", "3s", "-raft-leader-lease-timeout", "3s")


def distance(folder: Path) -> None:
    """Medians by round trip."""
    print("One region: voters 2 ms apart, the office far from them, a read-only node 10 ms from the office.")
    print(f"{'office away':>12} {_HEADS}   (ms, medians of 15; whole commands the quickest of 7)")
    with far_nodes(folder / "region", *VOTERS, "reader") as far:
        for away in (LOCAL, 40, 80, 150, 250):
            far.places.rtt = lambda one, other, away=away: _in_one_region(one, other, away)
            _row(f"{away:>12}", far.url(*VOTERS), far.url("reader", *VOTERS))
    print("Spread: each voter so far from the others, the office 10 ms from one of them.")
    print(f"{'voters apart':>12} {_HEADS}")
    with far_nodes(folder / "spread", *VOTERS, flags=FAR) as far:
        for apart in (40, 80, 150, 250):
            for leads in (True, False):
                leader = far.leader()
                home = leader if leads else next(voter for voter in VOTERS if voter != leader)
                far.places.rtt = lambda one, other, apart=apart, home=home: (
                    NEAR if {one, other} == {"here", home} else apart
                )
                others = [voter for voter in VOTERS if voter != home]
                _row(f"{apart:>5}, {'leader' if leads else 'other'}", far.url(home, *others), far.url(home))
                if far.leader() != leader:
                    print("   (the leader changed meanwhile)")


_HEADS = f"{'write':>7} {'strong':>7} {'weak':>7} {'none':>7} {'none near':>9} {'enroll':>7} {'near':>7} {'roster':>7} {'--stale':>7}"


def _in_one_region(one: str, other: str, away: float) -> float:
    if {one, other} == {"here", "reader"}:
        return NEAR
    return away if {one, other} & {"here", "reader"} else LOCAL


def _row(first: str, url: str, near: str) -> None:
    """What an office meets that reaches the nodes by `url`, and by `near` where any node's answer will do."""
    with closing(open_store(url)) as store:
        edition = edition_of(store)
        code = store.read("SELECT course.code FROM course JOIN edition ON course_id = course.id WHERE edition.id = :id", {"id": edition})[0]["code"]  # fmt: skip
        took = [
            median(lambda: store.apply(ACT.operation("enroll", enroll(edition)))),
            median(lambda: store.read(COUNT, level="strong")),
            median(lambda: store.read(COUNT, level="weak")),
            median(lambda: store.read(COUNT, level="none")),
        ]
    with closing(open_store(near, stale=True)) as store:
        took.append(median(lambda: store.read(COUNT, level="none")))
    names = (f"Official {number}" for number in range(1000))
    edition_named = ("-e", f"{code}-1")
    took += [
        quickest(lambda: _type("enroll", next(names), *edition_named, "--country", "AR", "--store", url)),
        quickest(lambda: _type("enroll", next(names), *edition_named, "--country", "AR", "--store", near)),
        quickest(lambda: _type("roster", "list", *edition_named, "--store", url)),
        quickest(lambda: _type("roster", "list", *edition_named, "--stale", "--store", near)),
    ]
    widths = (7, 7, 7, 7, 9, 7, 7, 7, 7)
    print(first, *(f"{one:{width}.0f}" for one, width in zip(took, widths, strict=True)), flush=True)


def _type(*words: str) -> None:
    """A whole command, as somebody in the office types it."""
    subprocess.run([sys.executable, "-m", "coursectl", *words], check=True, capture_output=True)


def restless(folder: Path) -> None:
    """Voters far from each other that write every half second for a minute: do they keep their leader?"""
    for name, flags in (("rqlite's own timeouts", ()), (" ".join(FAR), FAR)):
        with far_nodes(folder / name.replace(" ", ""), *VOTERS, flags=flags) as far:
            for apart in (150, 250, 400):
                far.places.rtt = everywhere(apart)
                far.leader()
                with closing(open_store(far.url(*VOTERS))) as store:
                    edition = edition_of(store)
                    before, until, took = _term(far), time.monotonic() + 60, []
                    while time.monotonic() < until:
                        began = time.perf_counter()
                        store.apply(ACT.operation("enroll", enroll(edition)))
                        took.append(time.perf_counter() - began)
                        time.sleep(0.5)
                print(f"{name}, {apart} ms apart: {_term(far) - before} elections in a minute, longest write {max(took):.2f} s", flush=True)  # fmt: skip


def _term(far: Far) -> int:
    """How many elections there have been."""
    with closing(Nodes(parse(far.url(*VOTERS)), "")) as nodes:
        return int(nodes.ask(Request("GET", "/status"))["store"]["raft"]["term"])


def failover(folder: Path) -> None:
    """From the kill of the leader until the next write is done."""
    quick = ("-raft-timeout", "500ms", "-raft-election-timeout", "500ms", "-raft-leader-lease-timeout", "250ms")
    for name, flags, apart in (
        ("own", (), LOCAL),
        ("quick", quick, LOCAL),
        ("own, far", (), 150),
        ("slow, far", FAR, 150),
    ):
        with far_nodes(folder / name.replace(" ", ""), *VOTERS, flags=flags) as far:
            far.places.rtt = lambda one, other, apart=apart: NEAR if "here" in (one, other) else apart
            waits = []
            with closing(open_store(far.url(*VOTERS))) as store:
                edition = edition_of(store)
                for _ in range(12):
                    store.apply(ACT.operation("enroll", enroll(edition)))
                    victim = far.leader()
                    far.kill(victim)
                    began = time.perf_counter()
                    store.apply(ACT.operation("enroll", enroll(edition)))
                    waits.append(time.perf_counter() - began)
                    far.start(victim)
                    while not all(node.get("reachable") for node in far.told(far.leader()).values()):
                        time.sleep(0.1)
        told = " ".join(flags) or "rqlite's own timeouts"
        print(f"{told}, {apart} ms apart: leader killed {len(waits)} times, next write after {statistics.median(waits):.2f} s (median), {max(waits):.2f} s (longest)", flush=True)  # fmt: skip


def load(folder: Path) -> None:
    """Eight processes that enroll one after the other for ten seconds."""
    cluster = cluster_of(rqlited(), folder)
    try:
        cluster.start()
        cluster.hold(empty(folder))
        with closing(open_store(cluster.url)) as store:
            edition = edition_of(store)
        for offices in (1, 8):
            with multiprocessing.Pool(offices) as pool:
                took = [
                    one for some in pool.map(_office, [(cluster.url, edition)] * offices, chunksize=1) for one in some
                ]
            print(f"{offices} offices for 10 s: {len(took) / 10:.0f} enrollments a second; each {statistics.median(took) * 1000:.0f} ms (median), {max(took) * 1000:.0f} ms (longest)", flush=True)  # fmt: skip
    finally:
        cluster.stop()


def _office(job: tuple[str, int]) -> list[float]:
    url, edition = job
    took, until = [], time.monotonic() + 10
    with closing(open_store(url)) as store:
        while time.monotonic() < until:
            began = time.perf_counter()
            store.apply(ACT.operation("enroll", enroll(edition)))
            took.append(time.perf_counter() - began)
    return took


def size(folder: Path) -> None:
    """A large store in a cluster; benchmarks/store_check.py --keep makes one. It begins in one node, and the others join."""
    cluster = cluster_of(rqlited(), folder)
    nodes = list(cluster.nodes)
    cluster.nodes = nodes[:1]
    try:
        plain = plain_copy(Path(sys.argv[2]), folder / "plain.db")
        print(f"store: {plain.stat().st_size / 1e9:.2f} GB")
        cluster.start_again()
        began = time.perf_counter()
        cluster.hold(plain)
        print(f"moved into one node: {time.perf_counter() - began:.1f} s")
        began = time.perf_counter()
        cluster.nodes = nodes
        for node in nodes[1:]:
            cluster.join(node, nodes[0])
        cluster.wait()
        for node in nodes[1:]:
            _holds(node)
        print(f"two more have joined and have it: {time.perf_counter() - began:.1f} s")
        with closing(open_store(cluster.url)) as store:
            edition = edition_of(store)
            write = median(lambda: store.apply(ACT.operation("enroll", enroll(edition))))
            print(f"a write in it: {write:.0f} ms")
            began = time.perf_counter()
            store.copy_to(folder / "out.db")
            print(f"taken out: {time.perf_counter() - began:.1f} s")
        for node in nodes:
            print(f"{node.name}: {_memory(node)} MB of memory, {_folder(node.folder) / 1e9:.2f} GB on disk")
        node = next(node for node in nodes if node is not cluster.leader())
        cluster.kill(node)
        began = time.perf_counter()
        cluster.join(node, cluster.leader())
        cluster.wait([node])
        _holds(node)
        print(f"a node that was killed is back: {time.perf_counter() - began:.1f} s")
    finally:
        cluster.stop()


def _holds(node: Node) -> None:
    """Wait until the node itself has all of the store."""
    while True:
        try:
            with closing(open_store(f"rqlite://{node.address}", stale=True)) as store:
                if store.read("SELECT count(*) AS n FROM enrollment", level="none")[0]["n"] > 100_000:
                    return
        except CourseError:
            pass
        time.sleep(0.1)


def _memory(node: Node) -> int:
    assert node.process is not None
    status = Path(f"/proc/{node.process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) // 1024


def _folder(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def main() -> None:
    """Measure what is asked for."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else "distance"
    with tempfile.TemporaryDirectory() as name:
        os.environ["COURSECTL_CONFIG"] = name
        modes = {"distance": distance, "restless": restless, "failover": failover, "load": load, "size": size}
        print(f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} processes at work before")
        modes[wanted](Path(name))
        print(f"{os.getloadavg()[0]:.1f} processes at work after")


if __name__ == "__main__":
    main()
