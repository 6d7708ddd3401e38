"""Find a Chromium for the tests, or install one: `python -m tests.browser.chromium`.

Debian as root: apt installs its headless shell. Elsewhere an installed Chrome or Chromium is used, or Playwright's own
is installed.
No browser at all is a failure with a sentence: the pages are a part of what is tested.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SHELL = "chromium-headless-shell"
"""Chromium without the windows around its pages: the same engine, at three quarters of the work for a page."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", SHELL)
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


def find(*first: str) -> str | None:
    """The path of an installed browser, of those that come first where there is one; or None."""
    named = os.environ.get("FALLLINE_BROWSER")
    if named:
        return named if Path(named).exists() else None
    found = next((path for name in (*first, *NAMES) if (path := shutil.which(name))), None)
    return found or next((path for path in PLACES if Path(path).exists()), None) or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def with_apt() -> bool:
    """Whether this is Debian, or one of its kind, and we may install."""
    return bool(shutil.which("apt-get")) and hasattr(os, "geteuid") and os.geteuid() == 0


def apt(*words: str) -> bool:
    """Whether apt did it; it does not wait for a network that is not there."""
    command = ["apt-get", "-qq", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=15", *words]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, check=False, env=environment).returncode == 0


def install() -> None:
    """Install a browser with what the machine offers."""
    if not with_apt():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        return
    apt("update")
    for name in (SHELL, "chromium"):
        if apt("install", "-y", "--no-install-recommends", name, "fonts-dejavu-core"):
            return


def main() -> int:
    """Make sure that there is a browser, the one that is fastest where it can be had; 0 if there is."""
    named = "FALLLINE_BROWSER" in os.environ
    if find() is None or (with_apt() and not named and shutil.which(SHELL) is None):
        install()
    path = find(SHELL)
    print(f"browser for the tests: {path}" if path else MISSING)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
