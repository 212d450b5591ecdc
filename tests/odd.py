"""Whatever may stand in a stranger's JSON."""

from hypothesis import strategies as st

HUGE = st.sampled_from([64, 1000, 20_000]).map(lambda bits: 2**bits)
NUMBERS = st.integers() | st.floats() | HUGE
LEAVES = st.none() | st.booleans() | NUMBERS | st.text(st.characters(codec=None))
JSON = st.recursive(
    LEAVES, lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside), max_leaves=8
)
