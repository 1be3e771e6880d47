"""Wrong settings are one sentence each that names the key, before anything starts."""

from pathlib import Path

import pytest

from mam_assets.settings import Settings, SettingsError, load_policy, load_settings, parse_path_map


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ABS_URL", "192.168.1.10:13378", "full address"),
        ("ABS_URL", "ftp://nas", "full address"),
        ("TASK_MAM_TIME", "every night", "cron expression of five fields"),
        ("TASK_SERIES_TIME", "0 25 * * *", "cron expression of five fields"),
        ("TZ", "Mars/Olympus", "time zone"),
        ("DATABASE_URL", "mysql://u:hunter2@db/x", "postgresql://"),
        ("QB_PORT", "eighty", "integer"),
        ("DOWNLOAD_PATH_MAP", "/downloads", "their prefix=our prefix"),
        ("MAM_ASSETS_MODE", "yolo", "'review' or 'auto'"),
    ],
)
def test_a_wrong_value_is_a_sentence_with_its_key(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert len(caught.value.problems) == 1
    assert name in caught.value.problems[0]
    assert says in caught.value.problems[0]
    assert "hunter2" not in str(caught.value)


def test_an_unknown_key_in_dotenv_names_the_likeliest_meant(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ABS_TOKN=secret-value\nPUID=1000\n")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.problems == ["ABS_TOKN in .env is not a setting: did you mean ABS_TOKEN?"]
    assert "secret-value" not in str(caught.value)


def test_the_environment_wins_over_dotenv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ABS_URL=http://from-file:1\nQB_HOST=nas\n")
    monkeypatch.setenv("ABS_URL", "http://from-env:2/")
    settings = load_settings()
    assert settings.abs_url == "http://from-env:2"
    assert settings.qb_url == "http://nas:8080"


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("nas", "9090", "http://nas:9090"),
        ("http://nas", "9090", "http://nas:9090"),
        ("https://nas:8443", "9090", "https://nas:8443"),
        ("https://nas/qbt/", "9090", "https://nas/qbt"),
        ("https://nas", "", "https://nas"),
        ("http://[::1]", "9090", "http://[::1]:9090"),
    ],
)
def test_the_address_of_qbittorrent(monkeypatch: pytest.MonkeyPatch, host: str, port: str, url: str) -> None:
    monkeypatch.setenv("QB_HOST", host)
    if port:
        monkeypatch.setenv("QB_PORT", port)
    assert load_settings().qb_url == url


def test_what_is_missing_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAM_USERNAME", "someone")
    problems = load_settings().missing()
    assert list(problems) == ["ABS_URL", "ABS_TOKEN", "QB_HOST", "MAM_ID"]
    assert "MAM_USERNAME and MAM_PASSWORD cannot be used by programs" in problems["MAM_ID"]


def test_what_is_required_and_missing_is_an_error_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABS_URL", "http://127.0.0.1:13378")
    settings = load_settings()
    settings.require("ABS_URL")
    with pytest.raises(SettingsError, match="ABS_TOKEN is not set") as failed:
        settings.require("ABS_URL", "ABS_TOKEN")
    assert len(failed.value.problems) == 1


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ABS_TOKEN", "QB_PASSWORD", "MAM_ID", "MAM_PASSWORD", "GOOGLE_BOOKS_API_KEY"):
        monkeypatch.setenv(name, "hunter2")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@db/x")
    settings = load_settings()
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings.model_dump())


def test_policy_defaults_are_safe() -> None:
    policy = load_policy(load_settings())
    assert policy.mode == "review"
    assert not policy.budget.spend_wedges
    assert policy.budget.min_ratio >= 1
    assert policy.download.seed_hours >= 72


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[release]\nlanguage = ['english']\n", "release.language in mam-assets.toml is not a setting"),
        (
            "[release]\nlanguages = ['german', 'englsh']\n",
            r"release.languages in mam-assets.toml is wrong: 'englsh' is no known language \(did you mean english\?\)",
        ),
        ("[release]\nlanguages = ['Klingon']\n", "'Klingon' is no known language"),
        ("mode = 'always'\n", "mode in mam-assets.toml is wrong"),
        ("[release]\nmin_size = 'tiny'\n", "release.min_size in mam-assets.toml is wrong"),
        ("[download]\nseed_hours = 24\n", "download.seed_hours in mam-assets.toml is wrong"),
        ("[budget]\nmin_ratio = 0.5\n", "budget.min_ratio in mam-assets.toml is wrong"),
        ("[catalogue]\nregion = 'pl'\n", "catalogue.region in mam-assets.toml is wrong"),
        ("[catalogue]\ngoodreads_per_minute = 31\n", "catalogue.goodreads_per_minute in mam-assets.toml is wrong: 30"),
        ("[catalogue]\nhardcover_per_minute = 90\n", "catalogue.hardcover_per_minute in mam-assets.toml is wrong: 60"),
        ("[catalogue]\naudible_per_minute = 61\n", "catalogue.audible_per_minute in mam-assets.toml is wrong: 60"),
        ("[top10]\ncount = -1\n", "top10.count in mam-assets.toml is wrong"),
        ("[top10]\ndays = 0\n", "top10.days in mam-assets.toml is wrong"),
        (
            "[top10]\ncategories = ['Humor', 'Fantasie']\n",
            "top10.categories in mam-assets.toml is wrong: 'Fantasie' is not an audiobook category of MAM "
            r"\(did you mean Fantasy\?\)",
        ),
        ("[top10]\ncategories = ['qwxz']\n", r"\(they are Action/Adventure, Art, "),
        ("[release\n", "mam-assets.toml cannot be read"),
    ],
)
def test_a_wrong_policy_is_a_sentence_with_its_key(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "mam-assets.toml").write_text(content)
    with pytest.raises(SettingsError, match=says.replace("[", r"\[")):
        load_policy(load_settings())


def test_languages_are_written_in_any_known_spelling(tmp_path: Path) -> None:
    (tmp_path / "mam-assets.toml").write_text("[release]\nlanguages = ['de', 'ENG', 'Deutsch']\n")
    assert load_policy(load_settings()).release_policy().languages == ("german", "english")


def test_sizes_are_written_for_people(tmp_path: Path) -> None:
    (tmp_path / "mam-assets.toml").write_text("[release]\nmin_size = '16 MiB'\nmax_size = '2 GiB'\n")
    rules = load_policy(load_settings()).release_policy()
    assert (rules.min_size_bytes, rules.max_size_bytes) == (16 * 1024**2, 2 * 1024**3)


def test_the_longest_prefix_comes_first() -> None:
    assert parse_path_map("/data=/mnt/a; /data/books/=/srv/books") == (
        ("/data/books", "/srv/books"),
        ("/data", "/mnt/a"),
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "localhost"])
def test_the_web_ui_listens_on_this_machine(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("MAM_ASSETS_HOST", host)
    assert load_settings().host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "nas", "localhost.nas"])
def test_and_on_no_other_as_long_as_it_has_no_login(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("MAM_ASSETS_HOST", host)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(
        "MAM_ASSETS_HOST in the environment is wrong: the web UI has no login yet"
    )


@pytest.mark.parametrize("names", ["*", "http://books.home", "books.home:3000", "books.home, nas", "a/b", ".home"])
def test_allowed_hosts_are_bare_names(monkeypatch: pytest.MonkeyPatch, names: str) -> None:
    monkeypatch.setenv("MAM_ASSETS_ALLOWED_HOSTS", names)
    with pytest.raises(
        SettingsError, match=r"MAM_ASSETS_ALLOWED_HOSTS in the environment is wrong: .* is not a host name"
    ):
        load_settings()
    monkeypatch.setenv("MAM_ASSETS_ALLOWED_HOSTS", "books.home Nas [fd00::1]")
    assert load_settings().allowed_hosts.split() == ["books.home", "Nas", "[fd00::1]"]
