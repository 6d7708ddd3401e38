"""The view in space fills its plot, in any window, and no number or title beside its axes is cut."""

import base64

import pytest

from tests.browser.lab import Lab

INK = """async (data) => {
  const image = new Image();
  image.src = `data:image/png;base64,${data}`;
  await image.decode();
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  const [columns, rows] = [new Set(), new Set()];
  pixels.forEach((pixel, at) => pixel !== pixels[0] && (columns.add(at % width), rows.add(Math.floor(at / width))));
  const ends = (set) => [Math.min(...set), Math.max(...set)];
  return { across: ends(columns), up: ends(rows), width, height };
}"""
"""What of a picture is not ground: its columns and rows, from and to."""


def drawn(lab: Lab, query: str) -> tuple[float, float]:
    """The shares of width and height that the drawing takes; it ends before the plot does."""
    lab.open(query)
    lab.until_in_space()
    lab.page.mouse.move(0, 0)
    before, picture = b"", lab.page.locator("#surface3d").screenshot()
    while picture != before:  # until the letters are drawn, too
        lab.page.wait_for_timeout(400)
        before, picture = picture, lab.page.locator("#surface3d").screenshot()
    ink = lab.page.evaluate(INK, base64.b64encode(picture).decode())
    (left, right), (top, bottom) = ink["across"], ink["up"]
    assert left > 1 and top > 1 and right < ink["width"] - 2 and bottom < ink["height"] - 2, ink
    return (right - left) / ink["width"], (bottom - top) / ink["height"]


@pytest.mark.parametrize(
    ("surface", "width", "height", "look"),
    [
        ("rosenbrock", 1400, 900, ""),
        ("gabor", 1400, 900, ""),
        ("goldstein_price", 390, 844, ""),
        ("himmelblau", 1600, 700, "&hide=controls"),
        ("bowl", 1400, 900, "&lecture=1"),
    ],
    ids=["usual", "turned", "telephone", "wide", "lecture"],
)
def test_the_surface_and_its_numbers_fill_the_plot_and_are_whole(
    surface_lab: Lab, surface: str, width: int, height: int, look: str
) -> None:
    surface_lab.page.set_viewport_size({"width": width, "height": height})
    across, up = drawn(surface_lab, f"v=1&s={surface}&o=gd&n=20&d=3d{look}")
    assert max(across, up) > 0.87
