import gc
import threading

import pytest

from nblabel.base.cycles import seldom_searched


def test_what_was_found_is_there_again_whoever_leaves_first():
    found = gc.get_threshold()
    inside, leave = threading.Event(), threading.Event()

    def other():
        with seldom_searched():
            inside.set()
            leave.wait()

    thread = threading.Thread(target=other)
    with seldom_searched():
        thread.start()
        inside.wait()
        seldom = gc.get_threshold()
        assert seldom != found
    assert gc.get_threshold() == seldom
    leave.set()
    thread.join()
    assert gc.get_threshold() == found


def test_what_was_found_is_there_again_after_an_error():
    found = gc.get_threshold()
    with pytest.raises(ValueError, match="no good"), seldom_searched():
        raise ValueError("no good")
    assert gc.get_threshold() == found
