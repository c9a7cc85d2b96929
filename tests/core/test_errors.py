"""Every failure has a code, a sentence, and the arguments that the sentence needs."""

from __future__ import annotations

import ast
import pickle
import string
from pathlib import Path

import pytest

from composer.core.errors import SENTENCES, UserError, reason


def fields(sentence: str) -> set[str]:
    """The names in a sentence's braces."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def raised(repository: Path) -> list[tuple[str, str, set[str] | None]]:
    """(where, code, argument names) of every `UserError("code", …)` in the program; None where ** passes them."""
    found = []
    for path in sorted([*(repository / "composer").rglob("*.py"), *(repository / "app").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            if getattr(node.func, "id", getattr(node.func, "attr", "")) == "UserError":
                names = [k.arg for k in node.keywords]
                given = None if None in names else {name for name in names if name}
                found.append((f"{path.name}:{node.lineno}", str(node.args[0].value), given))
    return found


def test_every_raised_code_has_a_sentence_and_its_arguments(repository: Path) -> None:
    """A typo in a code or an argument would only show when something already went wrong."""
    found = raised(repository)
    assert found
    for where, code, given in found:
        assert code in SENTENCES, where
        assert given is None or fields(SENTENCES[code]) <= given, where


@pytest.mark.parametrize("code", SENTENCES)
def test_sentences_are_plain(code: str) -> None:
    """One sentence that begins with a capital or the thing in question, and ends with a full stop."""
    error = UserError(code, **{name: name.upper() for name in fields(SENTENCES[code])})
    text = str(error)
    assert text.endswith((".", ")."))
    assert "\n" not in text
    assert text[0].isupper() or text[0] in "'\""


def test_an_error_survives_a_process_pool() -> None:
    """Code, arguments and sentence come back from a pickle."""
    error = UserError("file_missing", path=Path("a b.mid"))
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, UserError)
    assert (again.code, again.arguments, str(again)) == (error.code, error.arguments, str(error))


def test_an_unknown_code_is_a_bug() -> None:
    """It does not become a user's error."""
    with pytest.raises(KeyError):
        UserError("no_such_code")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (OSError(13, "Permission denied"), "Permission denied"),
        (ValueError("first line.\nsecond line"), "first line."),
        (ValueError("ends with a stop."), "ends with a stop"),
        (EOFError(), "EOFError"),
        (ValueError("  "), "ValueError"),
        (ValueError("."), "ValueError"),
        (ValueError("x" * 1000), "x" * 200),
    ],
)
def test_a_reason_is_short_and_never_empty(error: Exception, text: str) -> None:
    """It fits into a sentence."""
    assert reason(error) == text
