"""Pictures of both stages to look at: ``PYTHONPATH=tests python …/shots.py FOLDER``."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Any

import sklearn  # type: ignore[import-untyped]  # has no types
from playwright.sync_api import Page

from driving import focus_text, image, stages, text


def shots(page: Page, folder: Path) -> None:
    """Take them, light and dark, wide and narrow."""
    story = (
        "Alice Johnson moved from Paris to Berlin in March 2021, where she joined Siemens as head "
        "of research 👩‍🔬. Two years later Bob Miller of Acme Corporation met her in London.\n"
        "Nobody at Initech had heard of the project before the Reuters report.\n\n"
        "שלום עולם, this is Tel Aviv."
    )
    figures: list[tuple[str, str, str, dict[str, Any]]] = [
        ("Alice Johnson", "PER", "#d6336c", {}),
        ("Alice", "GIVEN", "#7048e8", {}),
        ("Paris", "LOC", "#1c7ed6", {}),
        ("Berlin in March 2021", "EVENT", "#0ca678", {}),
        ("Berlin", "LOC", "#1c7ed6", {}),
        ("March 2021", "DATE", "#f08c00", {"suggestion": True, "score": 0.91}),
        ("Siemens", "ORG", "#2f9e44", {"selected": True}),
        ("Bob Miller", "PER", "#d6336c", {"suggestion": True, "score": 0.88}),
        ("Acme Corporation met her in London.\nNobody", "ORG", "#2f9e44", {"suggestion": True}),
        ("Reuters", "ORG", "#ffe066", {}),
        ("שלום", "GREETING", "#1c7ed6", {}),
    ]
    marks = []
    for number, (words, label, color, more) in enumerate(figures):
        start = story.index(words)
        mark = {"id": f"k{number}", "start": start, "end": start + len(words), "label": label}
        marks.append({**mark, "color": color, **more})
    sample = Path(sklearn.__file__).parent / "datasets/images/china.jpg"
    url = "data:image/jpeg;base64," + base64.b64encode(sample.read_bytes()).decode()

    def rect(x: float, y: float, width: float, height: float, turn: float = 0) -> dict[str, float]:
        return {"x": x, "y": y, "width": width, "height": height, "rotation": turn}

    shapes = [
        {"label": "roof", "color": "#e8590c", "geometry": rect(92, 28, 230, 80), "selected": True},
        {"label": "tree", "color": "#2f9e44", "geometry": rect(3, 192, 76, 94)},
        {"label": "water", "color": "#1c7ed6", "geometry": rect(400, 180, 120, 60, 20)},
        {"label": "sky", "color": "#ffe066", "geometry": rect(300, -4, 330, 90)},
        {
            "label": "tree",
            "color": "#2f9e44",
            "geometry": rect(543, 140, 94, 146),
            "suggestion": True,
            "score": 0.77,
        },
    ]
    for width in (800, 500):
        for dark in (False, True):
            page.evaluate("harness.clear()")
            text(page, text=story, marks=marks, dark=dark, width=width)
            image(page, url=url, shapes=shapes, dark=dark, width=width)
            focus_text(page)
            page.wait_for_timeout(200)
            name = f"{width}-{'dark' if dark else 'light'}.png"
            page.screenshot(path=str(folder / name), full_page=True)


if __name__ == "__main__":
    with stages() as opened:
        shots(opened, Path(sys.argv[1]))
