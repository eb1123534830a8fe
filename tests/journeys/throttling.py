"""A slow phone on a slow net, as the browser's own tools slow them down, and when its first view can be used."""

import json
import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page
from playwright.sync_api import TimeoutError as TooLate

from tests.journeys.phoning import until

SLOW_3G_BYTES_S = 50_000
"""400 kbit/s, down and up."""
SLOW_3G_LATENCY_MS = 400
HARSH_LATENCY_MS = 2_000
CPU_TIMES_SLOWER = 4
PATIENCE_MS = 15_000

READY = """() => {
  const middle = (thing) => {
    const { x, y, width, height } = thing.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  };
  const drawn = (selector) => document.querySelector(selector)?.getBoundingClientRect().height > 0;
  const seen = (selector) => {
    const thing = document.querySelector(selector);
    return drawn(selector) && thing.contains(document.elementFromPoint(...middle(thing)));
  };
  if (!performance.getEntriesByName('first-contentful-paint').length) return null;
  if (!seen('.shutter') || !drawn('.shutter use') || !seen('.emergency a')) return null;
  return { at: middle(document.querySelector('.shutter')), after: performance.now(), began: performance.timeOrigin };
}"""
WATERFALL = """() => ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type)).map((entry) => [
  ...['startTime', 'responseStart', 'responseEnd', 'transferSize'].map((name) => Math.round(entry[name])),
  new URL(entry.name).pathname,
])"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def slowed(page: Page, *, latency_ms: float = SLOW_3G_LATENCY_MS) -> CDPSession:
    """From now on the page has slow 3G and a quarter of the processor, until the session is detached."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", _conditions(latency_ms))
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_TIMES_SLOWER})
    return session


def worker_slowed(browser: Browser, origin: str) -> CDPSession:
    """The same net for the service worker of that origin, which asks past what holds for the page."""
    session = browser.new_browser_cdp_session()
    found = session.send("Target.getTargets", {"filter": [{"type": "service_worker"}]})["targetInfos"]
    [worker] = [target["targetId"] for target in found if target["url"].startswith(f"{origin}/")]
    attached = session.send("Target.attachToTarget", {"targetId": worker, "flatten": False})["sessionId"]
    method = {"id": 1, "method": "Network.emulateNetworkConditions", "params": _conditions(SLOW_3G_LATENCY_MS)}
    answers: list[str] = []
    session.on("Target.receivedMessageFromTarget", lambda event: answers.append(event["message"]))
    session.send("Target.sendMessageToTarget", {"sessionId": attached, "message": json.dumps(method)})

    def answered() -> bool:
        session.send("Target.getTargets")  # what has come meanwhile is handed over while one waits for this
        return {"id": 1, "result": {}} in [json.loads(answer) for answer in answers]

    until(answered, "the worker's net could not be slowed down")
    return session


def _conditions(latency_ms: float) -> dict[str, Any]:
    speed = {"downloadThroughput": SLOW_3G_BYTES_S, "uploadThroughput": SLOW_3G_BYTES_S}
    return {"offline": False, "latency": latency_ms, **speed}


@dataclass(frozen=True)
class FirstView:
    """When the first view was there and could be used, in seconds from the start of the navigation."""

    painted_s: float
    shown_s: float
    """The shutter and the emergency number are seen, where they are."""
    usable_s: float
    """A tap on the shutter as soon as it was seen had opened the camera. Infinite when that tap was lost."""

    def __str__(self) -> str:
        """One line."""
        return f"painted {self.painted_s:.2f} s, shown {self.shown_s:.2f} s, usable {self.usable_s:.2f} s"


def first_view(page: Page, address: str) -> FirstView:
    """Open the page and tap the shutter, once, as soon as it is seen."""
    page.on("filechooser", lambda _chooser: None)  # so that the browser tells of it from the start
    page.goto(address, wait_until="commit")
    ready = page.wait_for_function(READY, timeout=PATIENCE_MS).json_value()
    usable_s = float("inf")
    try:
        with page.expect_file_chooser(timeout=PATIENCE_MS / 3):
            page.touchscreen.tap(*ready["at"])
        usable_s = time.time() - ready["began"] / 1000
    except TooLate:
        pass  # the tap was lost
    return FirstView(page.evaluate(PAINTED) / 1000, ready["after"] / 1000, usable_s)


def waterfall(page: Page) -> str:
    """What the page was made of: of each file when it was asked for, began and ended (ms), its bytes, its path."""
    page.wait_for_load_state("load")
    return "\n".join("{:6} {:6} {:6} {:7} {}".format(*row) for row in page.evaluate(WATERFALL))
