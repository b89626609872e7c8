"""A refusal of a payload: its reason, and an excerpt that is never longer than its bound."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.codecs.formats.decoded import MAX_EXCERPT, Decoded, Undecodable, excerpt


def test_an_excerpt_is_the_whole_up_to_its_bound_and_then_the_beginning() -> None:
    payload = bytes(n % 251 for n in range(MAX_EXCERPT))
    assert MAX_EXCERPT == 512
    assert excerpt(b"") == b""
    assert excerpt(payload) == payload
    assert excerpt(payload + b"\xff") == payload


@given(st.text(), st.integers(0, 3 * MAX_EXCERPT))
def test_a_refusal_says_why_and_bears_the_beginning_of_the_payload(reason: str, size: int) -> None:
    refused = Undecodable(reason, b"[" * size)
    assert (str(refused), refused.reason) == (reason, reason)
    assert refused.excerpt == b"[" * min(size, 512)


def test_what_one_payload_holds_is_not_in_the_next() -> None:
    first, second = Decoded(), Decoded()
    first.refused.append(("not JSON", b"{"))
    assert (second.observations, second.refused, second.unknown_keys) == ([], [], 0)
