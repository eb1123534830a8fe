"""Cleans photos in a process of its own and says how much memory that took: `python -m tests.uploads.peak slots FILE…`.

On stdout goes {"peak_mb": …, "verdicts": […]}, the peak counted over what the process has before it reads a photo.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.uploads.camera import EVERY_KIND
from uploads import DecodeSlots, PhotoRejected, sanitise

AT_A_TIME = 2


def main() -> None:
    """Warm up, forget what that took, clean everything two at a time, and tell."""
    for camera in EVERY_KIND.values():
        sanitise(camera())
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    idle = in_memory_mb("VmRSS")
    how, *paths = sys.argv[1:]
    slots = DecodeSlots(AT_A_TIME, wait_s=60)

    def verdict(path: str) -> str:
        photo = Path(path).read_bytes()
        try:
            with slots.held([photo] if how == "slots" else []):
                kept = sanitise(photo)
        except PhotoRejected as refusal:
            return refusal.reason.value
        return f"{kept.width_px} x {kept.height_px}"

    with ThreadPoolExecutor(AT_A_TIME) as threads:
        verdicts = list(threads.map(verdict, paths))
    json.dump({"peak_mb": in_memory_mb("VmHWM") - idle, "verdicts": verdicts}, sys.stdout)


def in_memory_mb(field: str, pid: int | str = "self") -> float:
    """A line of the account that Linux keeps of a process, in megabytes: VmRSS now, VmHWM at its highest."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(field)).split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    main()
