"""Plotly's own style sheet: our file has the rules that the installed version would put into the page itself."""

from pathlib import Path

from playwright.sync_api import Browser

from app.pages import PLOTLY

SHEET = Path(__file__).parents[2] / "static" / "css" / "plotly.css"
RULES = """
(id) => [...document.getElementById(id).sheet.cssRules].map((rule) => rule.cssText).sort()
"""


def test_our_copy_of_plotly_s_rules_is_the_installed_version_s(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<!doctype html><div id=plot></div>")
    page.add_script_tag(path=PLOTLY)
    page.evaluate("Plotly.newPlot('plot', [{y: [1, 2]}])")
    page.add_style_tag(content=SHEET.read_text()).evaluate("style => { style.id = 'ours' }")
    own, ours = page.evaluate(RULES, "plotly.js-style-global"), page.evaluate(RULES, "ours")
    page.close()
    assert len(own) > 50
    assert ours == own
