"""A page whose scripts do not come whole says so, and loads itself again when the server answers: both pages at once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.faulty_proxy import ENOUGH, Fault, FaultyProxy
from tests.browser.lab import Lab
from tests.browser.training_lab import TrainingLab
from tests.browser.trouble import QUERY, RETURN, well
from tests.conftest import WINDOW, Server


@pytest.fixture
def proxy(server: Server) -> Iterator[FaultyProxy]:
    with FaultyProxy(server.port) as proxy:
        yield proxy


def test_a_page_whose_scripts_break_off_loads_itself_again_when_the_server_answers(
    browser: Browser, proxy: FaultyProxy
) -> None:
    proxy.fault = Fault(under="/static/", cut=ENOUGH)
    labs = [kind(browser.new_page(base_url=proxy.url, **WINDOW)) for kind in (Lab, TrainingLab)]  # each without a cache
    for lab in labs:
        lab.page.goto(f"{lab.path}?{QUERY[lab.path]}", wait_until="commit")
    for lab in labs:
        expect(lab.page.locator("#trouble")).to_contain_text("loaded again when the server answers", timeout=20_000)
    proxy.gone()
    labs[0].page.wait_for_timeout(3500)
    for lab in labs:
        assert lab.page.url.startswith(proxy.url)  # nobody answers: the page waits, and stays
        expect(lab.page.locator("#trouble")).to_contain_text("loaded again when the server answers")
    surface, training = (lab.page.expect_event("load", timeout=3000 * RETURN) for lab in labs)
    with surface, training:
        well(proxy)
    for lab in labs:
        expect(lab.page.locator("#trouble")).to_be_hidden(timeout=20_000)
        lab.until("performance.getEntriesByName('first-path').length > 0")
        lab.page.close()
