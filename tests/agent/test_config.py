"""Settings: flags over environment over file, and plain words for what is wrong."""

from pathlib import Path

import pytest

from agent.config import ConfigError, load

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
