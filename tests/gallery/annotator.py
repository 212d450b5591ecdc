"""A scripted annotator, who labels scikit-learn's digits through a sheet and counts gestures."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

from nblabel import Project, Sheet
from tests.gallery.hand import Hand

CONFIG = (
    '<View><Image name="image" value="$image"/><Choices name="digit" toName="image">'
    + "".join(f'<Choice value="{n}" hotkey="{n}"/>' for n in range(10))
    + "</Choices></View>"
)


def digits() -> tuple[list[dict[str, Any]], list[int]]:
    """Give the 1,797 digits as rows, and what they are."""
    images, answers = load_digits(return_X_y=True)
    rows = [
        {"key": str(n), "image": (image.reshape(8, 8) * 15.9).astype(np.uint8), "pixels": image}
        for n, image in enumerate(images)
    ]
    return rows, answers.tolist()


def labeled(share: float = 0.99, seed: int = 0) -> tuple[int, float, Hand]:
    """Label the digits until so many are right; give the gestures that it took, and the share.

    Pages of one group begin selected: what is wrong on them is taken out by Ctrl and a click, the
    key of the others is pressed. In the end what was taken out is labeled, digit by digit.
    """
    rows, answers = digits()
    project = Project(rows, CONFIG, key="key", store=":memory:")
    hand = Hand(Sheet(project, features="pixels", seed=seed))
    sheet, right = hand.sheet, 0

    def press(digit: int) -> None:
        nonlocal right
        right += sum(answers[row] == digit for row in sheet.selected)
        hand.key(str(digit))

    while True:
        page, shown = sheet.page, sheet.selected
        [(digit, _)] = Counter(answers[row] for row in shown).most_common(1)
        for row in shown:
            if answers[row] != digit:
                hand.click(row, ctrl=True)
        press(digit)
        if sheet.page == page:  # some were taken out
            if page + 1 == sheet.pages:
                break
            hand.key("PageDown")
    hand.choose("unlabeled")
    while right < share * len(rows):
        waiting = [tile.index for tile in sheet._tiles if tile.state == "unlabeled"]
        if not waiting:
            assert sheet.page + 1 < sheet.pages
            hand.key("PageDown")
            continue
        [(digit, _)] = Counter(answers[row] for row in waiting).most_common(1)
        first, *others = [row for row in waiting if answers[row] == digit]
        hand.click(first)
        for row in others:
            hand.click(row, ctrl=True)
        press(digit)
    return hand.gestures, right / len(rows), hand
