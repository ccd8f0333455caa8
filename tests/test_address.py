"""The URL of a shared store, and where its password comes from."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursectl.errors import CourseError, Usage
from coursectl.store.address import PASSWORD, PASSWORD_FILE, Address, Node, is_url, parse

URL = "rqlite://office@one.example:4001,two.example:4002/?wait=5"


def test_a_url_names_nodes_user_and_what_else_is_needed():
    url = "rqlites://ana%40mrx@a.example,b.example:4101,[2001:db8::1]:4201/?ca=ca.pem&cert=c.pem&key=k.pem&password_file=~/pw&wait=7.5&request_mb=2"
    assert parse(url) == Address(
        url=url,
        nodes=(Node("a.example", 4001), Node("b.example", 4101), Node("2001:db8::1", 4201)),
        tls=True,
        user="ana@mrx",
        password_file="~/pw",
        ca="ca.pem",
        cert="c.pem",
        key="k.pem",
        wait=7.5,
        request=2 * 1024 * 1024,
    )
    assert [str(node) for node in parse(url).nodes] == ["a.example:4001", "b.example:4101", "[2001:db8::1]:4201"]


def test_the_least_that_a_url_can_say():
    assert parse("rqlite://host") == Address("rqlite://host", (Node("host", 4001),))
    assert parse(" RQLITE://host:1/ ") == Address("RQLITE://host:1/", (Node("host", 1),))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://courses.example", "'https://courses.example' is no store: name a file, or a cluster as rqlite://user@host1:4001,host2:4001"),
        ("rqlite://", "'' in the store's URL rqlite:// is no host. Write host:port, several with commas between them."),
        ("rqlite://a:0", "'a:0' in the store's URL rqlite://a:0 is no host. Write host:port, several with commas between them."),
        ("rqlite://a:65536", "'a:65536' in the store's URL rqlite://a:65536 is no host. Write host:port, several with commas between them."),
        ("rqlite://a,,b", "'' in the store's URL rqlite://a,,b is no host. Write host:port, several with commas between them."),
        ("rqlite://a b", "'a b' in the store's URL rqlite://a b is no host. Write host:port, several with commas between them."),
        ("rqlite://a/db", "'rqlite://a/db' is no store: name a file, or a cluster as rqlite://user@host1:4001,host2:4001"),
        ("rqlite://a/?level=none", "'level' in the store's URL rqlite://a/ isn't known or has no value. Known: ca, cert, key, password_file, wait, request_mb."),
        ("rqlite://a/?ca=", "'ca' in the store's URL rqlite://a/ isn't known or has no value. Known: ca, cert, key, password_file, wait, request_mb."),
        ("rqlite://a/?wait=soon", "wait= in the store's URL must be a number from 1 to 600."),
        ("rqlite://a/?wait=601", "wait= in the store's URL must be a number from 1 to 600."),
        ("rqlite://a/?request_mb=0", "request_mb= in the store's URL must be a number from 0.001 to 256."),
    ],
)  # fmt: skip
def test_a_url_that_cant_be_meant_is_told_with_the_part_that_is_wrong(url, told):
    with pytest.raises(CourseError) as refused:
        parse(url)
    assert (str(refused.value), refused.value.exit_code) == (told, 2)


@pytest.mark.parametrize(
    "url",
    [
        "rqlite://ana:s3cret@host",
        "rqlite://ana:s3@cret@host:4001/",
        "rqlite://:s3cret@host",
        "rqlite://ana%3As3cret@host",
        "rqlite://ana%3as3cret@host:x",
        "rqlite://ana:s3/cret@host",
        "rqlite://ana:s3?cret@host",
        "rqlite://ana:s3#cret@host",
        "rqlite://ana@host/?password=s3cret",
        "rqlite://ana@host/?password=s3@cret",
        "rqlite://ana@host/?s3cret",
        "rqlite://ana@host/?wait=s3cret",
        "rqlite://ana@host:x/?password=s3cret",
        "rqlite://ana@host/#s3cret",
        "https://ana:s3cret@host/?token=cret",
    ],
)
def test_a_password_in_the_url_is_refused_and_not_repeated(url):
    with pytest.raises(CourseError) as refused:
        parse(url)
    assert refused.value.exit_code == 2
    assert "cret" not in str(refused.value)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_told_mistake(text):
    try:
        parsed = parse(f"rqlite://{text}")
    except Usage:
        return
    assert parsed.nodes
    assert all(0 < node.port < 65536 for node in parsed.nodes)


@given(
    st.lists(st.tuples(st.from_regex(r"[a-z]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True), st.integers(1, 65535)), min_size=1, max_size=5)
)  # fmt: skip
def test_the_nodes_are_those_that_were_named_in_their_order(nodes):
    named = ",".join(f"{host}:{port}" for host, port in nodes)
    assert [(node.host, node.port) for node in parse(f"rqlite://{named}").nodes] == nodes


@pytest.mark.parametrize(
    ("target", "url"), [("rqlite://a", True), ("https://a", True), ("a.db", False), ("C:\\a.db", False)]
)
def test_what_is_a_url(target, url):
    assert is_url(target) is url


# The password ---------------------------------------------------------------------------------------------------------


def test_without_a_user_there_is_no_password():
    assert parse("rqlite://host").password({PASSWORD: "unused"}) is None


def test_the_password_comes_from_the_environment_first(tmp_path):
    file = tmp_path / "pw"
    file.write_text("of the file\n")
    file.chmod(0o600)
    assert parse(URL).password({PASSWORD: "of the environment", PASSWORD_FILE: str(file)}) == "of the environment"
    assert parse(URL).password({PASSWORD_FILE: str(file)}) == "of the file"
    assert parse(f"{URL}&password_file={file}").password({}) == "of the file"


@pytest.mark.skipif(os.name != "posix", reason="rights of a file are those of POSIX here")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_password_that_others_can_read_is_refused(tmp_path, mode):
    file = tmp_path / "pw"
    file.write_text("s3cret\n")
    file.chmod(mode)
    with pytest.raises(CourseError) as refused:
        parse(URL).password({PASSWORD_FILE: str(file)})
    assert (str(refused.value), refused.value.exit_code) == (
        f"Others can read the password in {file}. Take that away: chmod 600 {file}",
        6,
    )


def test_a_file_without_a_password_and_one_that_isnt_there_are_told(tmp_path):
    empty = tmp_path / "empty"
    empty.write_text("\nsecond line")
    empty.chmod(0o600)
    for file, told in (
        (empty, f"The file {empty} holds no password: its first line is empty."),
        (tmp_path / "none", f"The file with the password for {URL} can't be read: {tmp_path / 'none'} (No such file or directory)."),
        (tmp_path, f"The file with the password for {URL} can't be read: {tmp_path} (Is a directory)."),
    ):  # fmt: skip
        with pytest.raises(CourseError) as refused:
            parse(URL).password({PASSWORD_FILE: str(file)})
        assert (str(refused.value), refused.value.exit_code) == (told, 6)


def test_the_keyring_gives_what_was_kept_under_user_and_first_node():
    keyring = pytest.importorskip("keyring")

    class InMemory(keyring.backend.KeyringBackend):
        priority = 1

        def get_password(self, service, username):
            return {("coursectl", "office@one.example:4001"): "of the keyring"}.get((service, username))

        def set_password(self, service, username, password):
            raise NotImplementedError

    before = keyring.get_keyring()
    keyring.set_keyring(InMemory())
    try:
        assert parse(URL).password({}) == "of the keyring"
        with pytest.raises(CourseError) as refused:
            parse("rqlite://other@one.example").password({})
    finally:
        keyring.set_keyring(before)
    assert str(refused.value) == (
        "rqlite://other@one.example needs the password of 'other'. Put it into a file that only you can read and name that in "
        "COURSECTL_STORE_PASSWORD_FILE, or into the keyring: keyring set coursectl other@one.example:4001"
    )
