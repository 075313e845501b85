"""Words: folding into GSM-7, segments as an independent count has them, dates as patients say them, overlays."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering import MissingMessageError, Renderer, templates_folder
from bot.rendering.gsm7 import ALPHABET, EXTENSION, fold, segments
from conversations.effects import Value
from tests import canaries
from tests.bot.outgoing import practice_file, wording

PRACTICE = practice_file()
BUDGET_SECONDS = 60e-6


def said(folder: Path, words: str, language: str = "en", **values: object) -> str:
    """What a message of these words says."""
    renderer = Renderer(wording(folder, t__one=words))
    return renderer.text("t/one", language, values, PRACTICE)  # type: ignore[arg-type]


class TestFolding:
    @pytest.mark.parametrize(
        "name, folded",
        [
            ("Zoë", "Zoe"), ("José", "José"), ("María", "Maria"), ("Núñez", "Nuñez"), ("O’Brien", "O'Brien"),
            ("Łukasz", "Lukasz"), ("Đorđe", "Dorde"), ("Søren", "Søren"), ("Ægir", "Ægir"), ("Œuvre", "OEuvre"),
            ("Anne‑Marie", "Anne-Marie"), ("“Ana”", '"Ana"'), ("a\u00a0b", "a b"), ("a…", "a..."),
            ("Ana 🎉 Ruiz", "Ana Ruiz"),
            ("François", "Francois"), ("ﬁn", "fin"), ("Ａｎａ", "Ana"), ("a\r\nb", "a b"), ("İpek", "Ipek"),
            ("a\u200bb", "ab"),
            ("王", ""), ("a\x1bb", "ab"), ("€5", "€5"), ("à la", "à la"), ("½", "1/2"),
        ],
    )  # fmt: skip
    def test_names(self, name: str, folded: str) -> None:
        assert fold(name) == folded

    @given(st.text())
    def test_whatever_comes_out_is_gsm7_on_one_line(self, text: str) -> None:
        folded = fold(text)
        assert ALPHABET.issuperset(folded)
        assert "\n" not in folded
        assert fold(folded) == folded


def counted(text: str) -> int:
    """Another way to count: units of a size, packed into parts, pairs kept whole."""
    gsm = all(mark in ALPHABET for mark in text)
    units = [(2 if mark in EXTENSION else 1) if gsm else len(mark.encode("utf-16-be")) // 2 for mark in text]
    one, part = (160, 153) if gsm else (70, 67)
    if sum(units) <= one:
        return 1
    parts = [0]
    for unit in units:
        if parts[-1] + unit > part:
            parts.append(0)
        parts[-1] += unit
    return len(parts)


class TestSegments:
    @pytest.mark.parametrize(
        "text, count",
        [
            ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3),
            ("á" * 70, 1), ("á" * 71, 2), ("á" * 134, 2), ("á" * 135, 3),
            ("€" * 80, 1), ("€" * 81, 2), ("😀" * 35, 1), ("😀" * 36, 2), ("ñé¿ü" * 40, 1),
            ("í" + "a" * 69, 1), ("í" + "a" * 70, 2),
            ("a" * 152 + "€" + "a" * 152, 3),
        ],
    )  # fmt: skip
    def test_boundaries(self, text: str, count: int) -> None:
        assert segments(text) == count

    @given(st.text(st.sampled_from("aé€{íñ😀\n~ Z"), max_size=500))
    def test_agrees_with_another_count(self, text: str) -> None:
        assert segments(text) == counted(text)


class TestPhrases:
    @pytest.mark.parametrize(
        "words, language, value, text",
        [
            ("{{ v | money }}", "en", 118450, "$1,184.50"),
            ("{{ v | money }}", "es", 9_999_999, "$99,999.99"),
            ("{{ v | day }}", "en", "2026-05-07", "05/07"),
            ("{{ v | weekday }}", "en", "2026-05-07", "Thu 05/07"),
            ("{{ v | weekday }}", "es", "2026-05-07", "jue 05/07"),
            ("{{ v | clock }}", "en", "2026-05-08T00:00:00+00:00", "5 pm Thu 05/07"),
            ("{{ v | clock }}", "es", "2026-05-08T00:00:00+00:00", "5 pm jue 05/07"),
            ("{{ v | weekday }}", "es", "2026-05-06", "mié 05/06"),
            ("{{ v | weekday }}", "es", "2026-05-09", "sab 05/09"),  # GSM-7 has no such a
            ("{{ v | the_clock }}", "es", "2026-05-08T00:00:00+00:00", "las 5 pm del jue 05/07"),
            ("{{ v | the_clock }}", "es", "2026-05-07T20:00:00+00:00", "la 1 pm del jue 05/07"),
            ("{{ v | the_clock }}", "en", "2026-05-08T00:00:00+00:00", "5 pm Thu 05/07"),
            ("{{ v | clock }}", "en", "2026-05-07T17:12:00+00:00", "10:12 am Thu 05/07"),
            ("{{ v | hour }}", "en", "2026-05-07T07:00:00+00:00", "12 am"),
            ("{{ v | hour }}", "en", "2026-05-07T19:30:00Z", "12:30 pm"),
            ("{{ v | names }}", "en", ["M.R.", "L.R.", "J.R."], "M.R., L.R. and J.R."),
            ("{{ v | names }}", "es", ["M.R.", "L.R."], "M.R. y L.R."),
            ("{{ v | names }}", "en", "Ana", "Ana"),
        ],
    )
    def test_in_the_patients_words(self, tmp_path: Path, words: str, language: str, value: object, text: str) -> None:
        assert said(tmp_path, words, language, v=value) == text

    def test_a_moment_without_a_zone_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="without a time zone"):
            said(tmp_path, "{{ v | clock }}", v="2026-05-07T17:00:00")


class TestTexts:
    def test_places_stay_where_no_secret_is_given(self, tmp_path: Path) -> None:
        assert said(tmp_path, "{{ code }} {{ link }}") == "{code} {link}"

    def test_no_value_passes_itself_off_as_the_link(self, tmp_path: Path) -> None:
        assert said(tmp_path, "{{ link }}", link="https://evil.example") == "{link}"

    def test_long_first_names_are_cut(self, tmp_path: Path) -> None:
        assert said(tmp_path, "{{ first_name }}", first_name="Maria de los Angeles Guadalupe") == "Maria de los Angeles"
        assert said(tmp_path, "{{ first_name }}", first_name="W" * 200) == "W" * 20

    def test_a_value_that_is_missing_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(Exception, match="'nobody' is undefined"):
            said(tmp_path, "{{ nobody }}")

    def test_template_words_in_values_stay_words(self, tmp_path: Path) -> None:
        assert said(tmp_path, "{{ v }}", v="{{ practice.phone }}") == "{{ practice.phone }}"

    def test_a_language_is_never_guessed(self) -> None:
        with pytest.raises(MissingMessageError):
            Renderer().text("notice/new", "de", {}, PRACTICE)

    def test_a_practice_lays_its_own_wording_over_ours(self, tmp_path: Path) -> None:
        ours, theirs = (
            Renderer(),
            Renderer(wording(tmp_path, notice__new="{{ practice.text_name }}: hello. {{ link }}")),
        )
        assert theirs.text("notice/new", "en", {}, PRACTICE) == "Harbor Family Med: hello. {link}"
        assert theirs.text("consent/stopped", "en", {}, PRACTICE) == ours.text("consent/stopped", "en", {}, PRACTICE)

    def test_it_is_fast(self) -> None:
        renderer = Renderer()
        values: dict[str, Value] = {"owed_cents": 18450, "part": "50", "whose": ""}
        renderer.text("balance/total", "en", values, PRACTICE)
        took = min(_seconds(renderer, values) for _ in range(5))
        # Ten times its budget: the machine may be busy with others.
        assert took < 10 * BUDGET_SECONDS


class TestMails:
    def test_html_is_escaped(self) -> None:
        values: dict[str, Value] = {"first_name": "<b>x</b>", "owed_cents": 1, "visits": [], "part": None}
        assert "<b>x" not in Renderer().mail("balance/visits", "en", values, PRACTICE).html

    def test_names_keep_their_letters(self) -> None:
        values: dict[str, Value] = {"text": f"{canaries.FIRST_NAMES[0]} Zoë 🎉"}
        assert "Zoë 🎉" in Renderer().mail("staff/words", "en", values, PRACTICE).text


def test_templates_are_found_in_a_checkout() -> None:
    assert (templates_folder() / "messages" / "en" / "notice" / "new.sms.txt").is_file()


def _seconds(renderer: Renderer, values: dict[str, Value]) -> float:
    begun = time.perf_counter()
    for _ in range(200):
        renderer.text("balance/total", "en", values, PRACTICE)
    return (time.perf_counter() - begun) / 200


def test_the_form_for_financial_help_is_on_our_own_pages() -> None:
    renderer = Renderer()
    there = f"http://localhost:8000/pay/{PRACTICE.slug}/aid"
    assert there in renderer.text("hardship/aid", "en", {}, PRACTICE, site="http://localhost:8000")
    assert (
        f"https://pay.example/pay/{PRACTICE.slug}/aid"
        in renderer.mail("hardship/aid", "es", {}, PRACTICE, host="pay.example").text
    )
