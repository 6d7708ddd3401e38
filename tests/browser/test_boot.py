"""A page whose scripts do not come whole says so, and loads itself again when the server answers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.faulty_proxy import ENOUGH, Fault, FaultyProxy
from tests.browser.lab import Lab
from tests.browser.training_lab import TrainingLab
from tests.browser.trouble import QUERY, RETURN, Either, well
from tests.conftest import WINDOW, Server


@pytest.fixture
def proxy(server: Server) -> Iterator[FaultyProxy]:
    with FaultyProxy(server.port) as proxy:
        yield proxy


@pytest.mark.parametrize("lab", [Lab, TrainingLab])
def test_a_page_whose_scripts_break_off_loads_itself_again_when_the_server_answers(
    browser: Browser, proxy: FaultyProxy, lab: type[Either]
) -> None:
    page = browser.new_page(base_url=proxy.url, **WINDOW)  # with nothing in its cache
    proxy.fault = Fault(under="/static/", cut=ENOUGH)
    page.goto(f"{lab.path}?{QUERY[lab.path]}", wait_until="commit")
    expect(page.locator("#trouble")).to_contain_text("loaded again when the server answers", timeout=20_000)
    proxy.gone()
    page.wait_for_timeout(3500)
    assert page.url.startswith(proxy.url)  # nobody answers: the page waits, and stays
    expect(page.locator("#trouble")).to_contain_text("loaded again when the server answers")
    with page.expect_event("load", timeout=3000 * RETURN):
        well(proxy)
    expect(page.locator("#trouble")).to_be_hidden(timeout=20_000)
    lab(page).until("performance.getEntriesByName('first-path').length > 0")
    page.close()
