"""Find a Chromium for the tests, or install one: `python -m tests.browser.chromium`.

Debian as root: apt installs it. Elsewhere an installed Chrome or Chromium is used, or Playwright's own is installed.
No browser at all is a failure with a sentence: the pages are a part of what is tested.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--process-per-site",
    "--js-flags=--no-script-streaming",
]
"""Pages are painted by the processor, WebGL alone by an emulated graphics card: to emulate one for all is ten times slower.
All pages of a context share a process, so that one that is opened anew finds its scripts compiled; where they are parsed
while they arrive, that is done again for each page."""
MISSING = (
    "No browser was found for the tests: install Chrome or Chromium (or name one in FALLLINE_BROWSER), then try again."
)


def find() -> str | None:
    """The path of an installed browser, or None."""
    named = os.environ.get("FALLLINE_BROWSER")
    if named:
        return named if Path(named).exists() else None
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or next((path for path in PLACES if Path(path).exists()), None) or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Install a browser with what the machine offers."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        packages = ["chromium", "fonts-dejavu-core"]
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], check=False, env=environment
        )
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Make sure that there is a browser; 0 if there is."""
    if find() is None:
        install()
    path = find()
    print(f"browser for the tests: {path}" if path else MISSING)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
