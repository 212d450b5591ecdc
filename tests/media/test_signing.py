"""Signed addresses: made where a file system can, and again before they are over."""

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from nblabel.base.errors import ArgumentError
from nblabel.media.signing import Signer, is_signable, seconds_of


class Signing(MemoryFileSystem):
    """A file system that signs, and counts how often it does."""

    protocol = "signing"
    cachable = True
    signed = 0
    scheme = "https"

    def sign(self, path, expiration=100, **kwargs):
        Signing.signed += 1
        return f"{self.scheme}://host/{path.rpartition('://')[2]}?expires={expiration}&n={Signing.signed}"


@pytest.fixture(autouse=True)
def signing():
    fsspec.register_implementation("signing", Signing, clobber=True)
    Signing.signed, Signing.scheme = 0, "https"


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


def test_an_address_stays_the_same_for_half_of_its_time():
    clock = Clock()
    signer = Signer(60, clock)
    first = signer.shown("signing://b/a.png", ["signing"])
    assert (first.url, first.expires) == ("https://host/b/a.png?expires=60&n=1", 60)
    clock.now += 29
    again = signer.shown("signing://b/a.png", ["signing"])
    assert (again.url, again.expires) == (first.url, 31)
    clock.now += 1
    renewed = signer.shown("signing://b/a.png", ["signing"])
    assert (renewed.url, renewed.expires) == ("https://host/b/a.png?expires=60&n=2", 60)


def test_none_is_kept_for_ever():
    signer = Signer(60)
    for number in range(1_001):
        signer.shown(f"signing://b/{number}.png", ["signing"])
    signer.shown("signing://b/1000.png", ["signing"])
    assert Signing.signed == 1_001
    signer.shown("signing://b/0.png", ["signing"])
    assert Signing.signed == 1_002


@pytest.mark.parametrize("protocols", [[], ["s3"]])
def test_only_what_may_be_read_is_signed(protocols):
    assert Signer(60).shown("signing://b/a.png", protocols) is None
    assert Signing.signed == 0


@pytest.mark.parametrize(
    "address",
    [
        *("a.png", "/data/a.png", "file:///data/a.png", "https://host/a.png", "data:image/png,"),
        *("signing://b/a.tif", "signing://b/a", "zip://a.png::signing://b/all.zip"),
    ],
)
def test_what_a_browser_cannot_show_or_has_already_is_not_signed(address):
    assert not is_signable(address)
    assert Signer(60).shown(address, ["signing", "zip", "file"]) is None


def test_a_file_system_that_cannot_sign_is_read():
    assert Signer(60).shown("memory://b/a.png", ["memory"]) is None


@pytest.mark.parametrize("scheme", ["javascript", "file"])
def test_what_is_no_address_of_the_web_is_none(scheme):
    Signing.scheme = scheme
    assert Signer(60).shown("signing://b/a.png", ["signing"]) is None


@pytest.mark.parametrize("given", [0, -1, 700_000, "an hour", [60]])
def test_a_time_that_is_none_is_told(given):
    with pytest.raises(ArgumentError, match=r"presign= is .*; seconds are accepted"):
        seconds_of(given)
