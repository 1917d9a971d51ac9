"""Settings: flags over environment over file, and plain words for what is wrong."""

import re
from pathlib import Path

import pytest

from agent.config import load
from agent.config_file import ConfigError

SERVER = "https://siberius.example.com"
SECRET = "secret-secret-secret-secret"


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SERVER", "TOKEN", "FOLDER", "RECONNECT_S"):
        monkeypatch.delenv(f"SIBERIUS_AGENT_{name}", raising=False)


def write(text: str, name: str = "siberius-agent.toml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def complete(**more: str) -> str:
    values = {"server": SERVER, "token": SECRET, "folder": "/pdf", **more}
    return "".join(f'{name} = "{value}"\n' for name, value in values.items())


def test_the_file_alone_is_enough() -> None:
    write(complete(folder="/srv/orçamentos"))
    settings = load()
    assert settings.server == SERVER
    assert settings.folder == Path("/srv/orçamentos")
    assert settings.token.get_secret_value() == SECRET
    assert settings.reconnect_s == (5, 10, 20, 40, 60)


def test_flags_beat_the_environment_beats_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(complete(), "other.toml")
    monkeypatch.setenv("SIBERIUS_AGENT_FOLDER", "/from-env")
    monkeypatch.setenv("SIBERIUS_AGENT_SERVER", "http://from-env")
    monkeypatch.setenv("SIBERIUS_AGENT_RECONNECT_S", "[1, 2]")
    settings = load(file, {"server": "http://from-flag/"})
    assert (settings.server, str(settings.folder)) == ("http://from-flag", "/from-env")
    assert settings.reconnect_s == (1, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (complete(server="siberius.example.com"), "server: must be a URL"),
        (complete(server="https://siberius.example.com/app"), "without path"),
        (complete(server="https://user:pw@siberius.example.com"), "must not hold a user name"),
        (complete(token="short"), "token: "),
        (complete(foldr="/typo"), "foldr: there is no such setting"),
        (complete(watch="magic"), "watch: "),
        (complete() + "reconnect_s = []\n", "reconnect_s: "),
        (complete() + "poll_s = 0\n", "poll_s: "),
        ('server = "https://x"\n', "token: is not set"),
        ("server = \n", "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_named(text: str, expected: str) -> None:
    write(text)
    with pytest.raises(ConfigError) as caught:
        load()
    assert expected in str(caught.value)
    assert SECRET not in str(caught.value)
    assert "user:pw" not in str(caught.value)
    assert "siberius-agent.toml" in str(caught.value)


def test_a_file_that_was_named_has_to_be_there() -> None:
    with pytest.raises(ConfigError, match=r"no configuration file absent\.toml"):
        load(Path("absent.toml"))


def test_a_binary_file_is_no_configuration() -> None:
    Path("siberius-agent.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not a UTF-8 text"):
        load()


def test_the_token_does_not_show() -> None:
    write(complete())
    assert SECRET not in repr(load())


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_a_file_is_read_as_editors_save_it(encoding: str, newline: str) -> None:
    text = complete(folder="/srv/orçamentos").replace("\n", newline)
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    Path("siberius-agent.toml").write_bytes((mark + text).encode(encoding))
    assert load().folder == Path("/srv/orçamentos")


@pytest.mark.parametrize(
    ("encoding", "place"),
    [
        ("cp1252", "siberius-agent.toml, line 3: this is not a UTF-8 text"),
        ("utf-16-le", "is not a UTF-8 text"),
    ],
)
def test_another_encoding_is_told_how_to_be_saved(encoding: str, place: str) -> None:
    Path("siberius-agent.toml").write_bytes(complete(folder="C:/Orçamentos").encode(encoding))
    with pytest.raises(ConfigError) as caught:
        load()
    assert place in str(caught.value)
    assert "save it as UTF-8" in str(caught.value)


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        # An escape that is none, or stands for a code point, or is a control character.
        (
            r'folder = "C:\Users\x"',
            [r"folder = 'C:\Users\x'", r'folder = "C:\\Users\\x"', r': folder = "C:\Users\x"'],
        ),
        (r'folder = "D:\PDF"', [r"folder = 'D:\PDF'"]),
        (r'folder = "C:\new\table"', [r"folder = 'C:\new\table'", r'"C:\\new\\table"']),
        (r'folder = "C:\bin"', [r"folder = 'C:\bin'"]),
        (r'folder = "\\server\share"', [r"folder = '\\server\share'"]),
        (r'folder = "C:\PDF\"', [r"folder = 'C:\PDF\'"]),
        (r'folder = "C:\PDF  # here', [r"in double quotes a backslash"]),
        (r'ca_file = "C:\ca.crt"  # ours', [r"ca_file = 'C:\ca.crt'"]),
        (r'ignore = ["Old\Files"]', ["every backslash twice"]),
        ("folder = C:\\PDF", ["a text stands in quotes; write folder = 'C:\\PDF'"]),
        ("folder = /srv/pdf", ["write folder = '/srv/pdf'"]),
        ('folder = "/srv/pdf', ['the " at its end is missing; write folder = "/srv/pdf"']),
        ("folder = 'C:\\PDF", ["the ' at its end is missing; write folder = 'C:\\PDF'"]),
        ("folder = \u201cC:/PDF\u201d", ["quotes are those of a letter"]),
        ("folder = \u00ab/pdf\u00bb", ["quotes are those of a letter"]),
        ("folder\u00a0= '/pdf'", ["a space that is none"]),
        ("folder: '/pdf'", ["write folder = …, with = in between"]),
        ("folder =", ["it has no value"]),
        ("folder '/pdf'", ["a line is: setting = value"]),
        ("folder = '/pdf' '/more'", ["nothing may follow but a comment"]),
        ("log_json = True\nfolder = '/pdf'", ["write log_json = true"]),
        ("folder = '/a'\nfolder = '/b'", ["folder is set more than once (lines 3 and 4)"]),
        ("folder = '/a\tb'", ["folder has a tab or another control character"]),
        # Wrong names, kinds and bounds.
        ("Foldr = '/pdf'", ["Foldr: there is no such setting", "did you mean folder?"]),
        ("SIBERIUS_AGENT_FOLDER = '/pdf'", ["did you mean folder?"]),
        ("polls = 3\nfolder = '/pdf'", ["polls: there is no such setting", "did you mean poll_s?"]),
        ("[agent]\nfolder = '/pdf'", ["[agent]: there are no sections; take that line out"]),
        ("folder = 5", ["folder: must be a text, in quotes"]),
        ("folder = '/pdf'\npoll_s = 'often'", ["poll_s: must be a number, without quotes"]),
        ("folder = '/pdf'\nlog_json = 'perhaps'", ["log_json: must be true or false"]),
        ("folder = '/pdf'\nignore = 'drafts/'", ["ignore: must be a list, as in"]),
        ("folder = '/pdf'\nignore = ['#recycle']", ["ignore: '#recycle' is a comment"]),
        ("folder = '/pdf'\nreconnect_s = 5", ["reconnect_s: must be a list"]),
    ],
)
def test_what_people_write_is_shown_with_what_to_write(line: str, advice: list[str]) -> None:
    write(f'server = "{SERVER}"\ntoken = "{SECRET}"\n{line}\n')
    with pytest.raises(ConfigError) as caught:
        load()
    said = str(caught.value)
    for part in advice:
        assert part in said
    assert re.search(r"siberius-agent\.toml, line [34]", said)
    assert SECRET not in said


@pytest.mark.parametrize(
    "line",
    [
        f"token = {SECRET}",
        f'token = "{SECRET}',
        f'token = "{SECRET}\\x"',
        f"token = \u201c{SECRET}\u201d",
        f"tokn = {SECRET}",
        f'"{SECRET}"',
        f"token: {SECRET}",
        f"token = '{SECRET}' '{SECRET}'",
        f"token = '{SECRET}\t'",
        f"token = ['{SECRET}']",
        f"[{SECRET}",
    ],
)
def test_no_mistake_shows_the_token(line: str) -> None:
    write(f"{line}\nserver = '{SERVER}'\nfolder = '/pdf'\n")
    with pytest.raises(ConfigError) as caught:
        load()
    assert SECRET not in str(caught.value)
    assert "siberius-agent.toml" in str(caught.value)


def test_capitals_in_the_name_of_a_setting_do_not_count() -> None:
    write(complete().replace("folder", "Folder"))
    assert load().folder == Path("/pdf")


def test_the_place_is_where_the_value_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    write(complete() + "poll_s = 3\n")
    with pytest.raises(ConfigError, match=r"^poll_s: .* \(from --poll-s\)$"):
        load(None, {"poll_s": "x"})
    monkeypatch.setenv("SIBERIUS_AGENT_POLL_S", "x")
    with pytest.raises(ConfigError, match=r"\(from SIBERIUS_AGENT_POLL_S\)$"):
        load()
    monkeypatch.setenv("SIBERIUS_AGENT_POLL_S", "1")
    monkeypatch.setenv("SIBERIUS_AGENT_IGNORE", "drafts/")
    with pytest.raises(ConfigError, match=r"^ignore: must be a list in JSON"):
        load()
