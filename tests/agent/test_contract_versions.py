"""Two sides that speak ranges of the contract's versions agree, or say that they cannot."""

from hypothesis import given
from hypothesis import strategies as st

from agent.contract.messages import Handshake
from agent.contract.versions import CONTRACTS, ContractRange, newest_common

ranges = st.tuples(st.integers(1, 9), st.integers(0, 4)).map(
    lambda pair: ContractRange(pair[0], pair[0] + pair[1])
)


@given(ranges, ranges)
def test_the_newest_version_that_both_speak(ours: ContractRange, theirs: ContractRange) -> None:
    both = set(range(ours[0], ours[1] + 1)) & set(range(theirs[0], theirs[1] + 1))
    assert newest_common(ours, theirs) == max(both, default=None)
    assert newest_common(ours, theirs) == newest_common(theirs, ours)


def test_a_peer_from_before_ranges_speaks_one_version() -> None:
    old = {"token": "t", "contract": 1, "version": "0.1.0", "platform": "", "hostname": ""}
    assert Handshake.model_validate(old).speaks == (1, 1)
    assert Handshake.model_validate(old | {"contracts": [1, 3]}).speaks == (1, 3)


def test_a_side_that_reads_only_one_version_is_told_the_oldest() -> None:
    hello = Handshake(
        token="t",
        contract=CONTRACTS.oldest,
        contracts=CONTRACTS,
        version="1",
        platform="",
        hostname="",
    )
    assert hello.to_wire()["contract"] == CONTRACTS.oldest
    assert Handshake.model_validate(hello.to_wire()) == hello
