"""What a page holds on to."""

from __future__ import annotations

from playwright.sync_api import Page


class Heap:
    """What the page holds, once the garbage is collected."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable")

    def now(self) -> dict[str, float]:
        for _ in range(3):
            self.session.send("HeapProfiler.collectGarbage")
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        wanted = {"JSEventListeners", "Nodes", "JSHeapUsedSize"}
        return {m["name"]: m["value"] for m in metrics if m["name"] in wanted}
