"""Which tasks a model is judged by."""

import subprocess
import sys

from nblabel.loop.holdout import is_held

KEYS = [str(n) for n in range(2_000)]


def test_about_the_part_that_is_asked():
    assert 0.17 < sum(is_held(key, 0.2) for key in KEYS) / len(KEYS) < 0.23
    assert not any(is_held(key, 0) for key in KEYS)
    assert all(is_held(key, 1) for key in KEYS)


def test_in_another_process_they_are_the_same():
    code = (
        "from nblabel.loop.holdout import is_held\nprint([is_held(str(n), .2) for n in range(99)])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str([is_held(key, 0.2) for key in KEYS[:99]])


def test_a_larger_part_holds_what_a_smaller_one_did():
    assert all(is_held(key, 0.3) for key in KEYS if is_held(key, 0.2))


def test_any_text_is_a_key():
    assert isinstance(is_held("\ud800 ünïcode 🙂", 0.2), bool)
