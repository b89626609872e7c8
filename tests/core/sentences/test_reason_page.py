"""The page about reasons agrees with the code."""

from tests.core.sentences.reason_page import PAGE, page


def test_the_page_is_what_the_code_prints() -> None:
    """After a wanted change, write it again: `python -m tests.core.sentences.reason_page`."""
    assert PAGE.read_text(encoding="utf-8") == page()
