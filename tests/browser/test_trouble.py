"""Both pages while the server refuses, is away, is slow, breaks off or comes back as another one."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.faulty_proxy import Fault, FaultyProxy
from tests.browser.lab import Lab
from tests.browser.training_lab import TrainingLab
from tests.browser.trouble import (
    CURVES,
    FAULTS,
    PLACES,
    QUERY,
    RETURN,
    Either,
    assert_bits,
    between_attempts,
    recovered,
    remembering,
    strike,
    told,
    well,
    wish,
)
from tests.conftest import Server

SOME_FRAMES = 1_500_000
"""Bytes after which a stream is cut: before a quarter of its run."""


@pytest.fixture(scope="module")
def proxy(server: Server) -> Iterator[FaultyProxy]:
    with FaultyProxy(server.port) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def context(browser: Browser, proxy: FaultyProxy) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=proxy.url, viewport={"width": 1400, "height": 900})
    yield context
    context.close()


@pytest.fixture(scope="module")
def opened(context: BrowserContext) -> list[Either]:
    return [kind(remembering(context.new_page())).open(QUERY[kind.path]) for kind in (Lab, TrainingLab)]


@pytest.fixture
def labs(opened: list[Either], proxy: FaultyProxy) -> Iterator[list[Either]]:
    """Both pages, at rest; after the test they are well, nothing went wrong in them, and none was loaded again."""
    for lab in opened:
        lab.rest()
        lab.page.evaluate("window.kept.splice(0, Infinity, 'opened')")
    proxy.asked.clear()
    yield opened
    well(proxy)
    for lab in opened:
        lab.rest()
        assert lab.page.evaluate("window.kept") == ["opened"]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_calmly_and_goes_by_itself_with_the_newest_wish_alone(
    labs: list[Either], proxy: FaultyProxy, client: httpx.Client, name: str
) -> None:
    before = [lab.page.evaluate(PLACES) for lab in labs]
    curves = [lab.page.evaluate(CURVES) for lab in labs]
    strike(proxy, FAULTS[name])
    for lab in labs:
        for rate in ("0.002", "0.004", "0.003"):
            wish(lab, rate)
    for lab in labs:
        line = lab.page.locator("#trouble")
        told(lab, "nothing is lost")
        expect(line.get_by_role("status")).to_contain_text("nothing is lost")
        expect(line.locator(".again")).to_contain_text("try")
        assert lab.page.evaluate("document.querySelectorAll('dialog[open], [role=alert]:not(:empty)').length") == 0
    assert [lab.page.evaluate(PLACES) for lab in labs] == before  # nothing has moved
    assert labs[0].page.evaluate(CURVES) == curves[0]  # the last record stays
    labs[0].set_step(40)
    assert labs[0].position.startswith("40 / ")
    labs[1].page.locator("#tab-layers").click()
    expect(labs[1].page.locator("#layers")).to_be_visible()
    labs[1].page.locator("#tab-network").click()
    labs[0].set_step(100)
    between_attempts(labs[0])  # one that is under way already has the wish before
    wish(labs[0], "0.006")
    proxy.asked.clear()
    well(proxy)
    recovered(labs)
    for lab in labs:
        assert_bits(lab, client)
    rates = [asked.body["optimizers"][0]["learning_rate"] for asked in proxy.of("/api/trajectories")]
    assert rates == [0.006]


def test_a_server_is_not_asked_before_the_time_it_named(labs: list[Either], proxy: FaultyProxy) -> None:
    proxy.fault = Fault(status=503, retry_after=2)
    wish(labs[0], "0.005")
    told(labs[0], "Next try in")
    for rate in ("0.001", "0.002"):
        wish(labs[0], rate)  # a hand that moves on does not ask sooner
    proxy.fault = Fault()
    while len(times := [asked.at for asked in proxy.of("/api/trajectories")]) < 2:
        labs[0].page.wait_for_timeout(50)
    assert times[1] - times[0] >= 2


def test_work_that_the_server_cannot_do_in_time_is_not_asked_for_for_ever(
    labs: list[Either], proxy: FaultyProxy
) -> None:
    proxy.fault = Fault(under="/api/trajectories", status=503, code="deadline", retry_after=0)
    wish(labs[0], "0.005")
    line = labs[0].page.locator("#trouble")
    expect(line.get_by_role("button", name="Close this message")).to_be_visible()
    assert len(proxy.of("/api/trajectories")) == 3
    line.get_by_role("button").click()
    expect(line).to_be_hidden()
    proxy.fault = Fault()
    wish(labs[0], "0.004")


def test_slow_answers_are_told_and_the_hand_is_followed_by_its_last_wish(
    labs: list[Either], proxy: FaultyProxy
) -> None:
    proxy.fault = Fault(delay=3)
    for rate in ("0.002", "0.003", "0.004", "0.005", "0.007"):
        for lab in labs:
            wish(lab, rate)
    for lab in labs:
        told(lab, "takes its time")
        expect(lab.page.locator("#trouble button")).to_be_hidden()
    proxy.fault = Fault()
    for lab in labs:
        lab.rest()
        expect(lab.page.locator("#trouble")).to_be_hidden()
    rates = [asked.body["optimizers"][0]["learning_rate"] for asked in proxy.of("/api/trajectories")]
    assert len(rates) == 2 and rates[-1] == 0.007


def test_what_is_told_is_said_once_while_the_time_runs(labs: list[Either], proxy: FaultyProxy) -> None:
    proxy.gone()
    wish(labs[0], "0.002")
    told(labs[0], "does not answer")
    said = labs[0].page.evaluate(
        """() => new Promise((done) => {
          const texts = [];
          new MutationObserver(() => texts.push("told")).observe(document.querySelector("#trouble [role=status]"), { childList: true, characterData: true, subtree: true });
          setTimeout(() => done([texts, document.querySelector("#trouble .again").closest("[role=status], [aria-live]")]), 1500);
        })"""
    )
    assert said == [[], None]
    labs[0].until("location.search.includes('0.002')")  # nothing is lost: the address has it already


def test_a_device_without_a_network_is_told_so_and_goes_on_when_it_is_back(
    labs: list[Either], context: BrowserContext
) -> None:
    context.set_offline(True)
    wish(labs[0], "0.003")
    told(labs[0], "This device has no network")
    context.set_offline(False)
    recovered(labs[:1])
    assert labs[0].body["optimizers"][0]["learning_rate"] == 0.003


def training_from_the_start(labs: list[Either]) -> TrainingLab:
    """The training lab, at play."""
    lab = labs[1]
    assert isinstance(lab, TrainingLab)
    lab.to(0)
    lab.play()
    return lab


def test_a_run_whose_stream_is_cut_again_and_again_has_the_same_curve(
    labs: list[Either], proxy: FaultyProxy, client: httpx.Client
) -> None:
    proxy.fault = Fault(cut=SOME_FRAMES)
    lab = training_from_the_start(labs)
    lab.reach(240, seconds=60)
    lab.rest()
    assert len(proxy.of("/api/training")) >= 4
    assert_bits(lab, client)
    assert len(lab.curve()) == 241


def test_a_run_that_another_server_would_not_go_on_with_begins_anew(
    labs: list[Either], proxy: FaultyProxy, client: httpx.Client
) -> None:
    lab = training_from_the_start(labs)
    lab.reach(40)
    proxy.fault = Fault(altered={"seed": 4711})
    proxy.cut()
    lab.reach(240)
    lab.rest()
    body = lab.bodies("training")[-1] | {"seed": 4711}
    answer = client.post("/api/training", json={name: value for name, value in body.items() if name != "frames"}).json()
    assert [loss for _, loss in lab.curve()] == answer["runs"][0]["loss"]
    proxy.fault = Fault()
    wish(lab, "0.002")


def test_a_server_that_comes_back_renewed_is_told_and_the_page_goes_on(
    labs: list[Either], proxy: FaultyProxy, server: Server, client: httpx.Client, tmp_path: Path
) -> None:
    other = Server(tmp_path / "log.txt", FALLLINE_MAX_POINTS="9999")  # settings decide an ETag as versions do
    try:
        proxy.gone()
        for lab in labs:
            wish(lab, "0.002")
            told(lab, "nothing is lost")
        proxy.upstream = other.port
        proxy.back()
        recovered(labs)
        for lab in labs:
            expect(lab.page.get_by_role("link", name="Load again")).to_be_visible()
            lab.rest()
            assert_bits(lab, client)
            lab.page.locator("#trouble button").click()
            expect(lab.page.locator("#trouble")).to_be_hidden()
    finally:
        other.stop()
        proxy.upstream = server.port


def test_a_page_that_opens_while_the_server_is_in_trouble_begins_by_itself(
    context: BrowserContext, proxy: FaultyProxy
) -> None:
    lab = Lab(context.new_page())
    proxy.fault = Fault(status=503)
    lab.page.goto("/")
    told(lab, "nothing is lost")
    well(proxy)
    lab.until("performance.getEntriesByName('first-path').length > 0", RETURN)
    lab.page.close()


def test_a_page_that_waited_long_goes_on_within_fifteen_seconds(context: BrowserContext, proxy: FaultyProxy) -> None:
    """By the page's own clock, which runs as fast as its requests fail."""
    page = context.new_page()
    page.clock.install()
    page.goto("/?" + QUERY["/"])
    lab = Lab(page)
    lab.rest()
    page.clock.pause_at(page.evaluate("Date.now()") + 100)

    def run(seconds: float) -> None:
        for _ in range(int(seconds)):
            page.clock.run_for(1000)
            page.wait_for_timeout(15)

    for fault in (None, Fault(silent=True)):
        strike(proxy, fault)
        wish(lab, "0.002" if fault else "0.004")
        run(60)
        expect(page.locator("#trouble")).to_contain_text("does not answer")
        well(proxy)
        seconds = 0
        while page.evaluate("document.getElementById('room').ariaBusy") == "true":
            run(1)
            seconds += 1
            assert seconds <= RETURN
    page.close()


def test_three_hundred_pages_return_one_after_another_and_all_in_time(context: BrowserContext) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto("/health/live")
    page.evaluate(
        """async () => {
          const { createConnection, RequestFailed } = await import("/static/js/connection.js");
          window.back = Infinity;
          window.returns = [];
          for (let one = 0; one < 300; one += 1) {
            const connection = createConnection();
            const line = connection.line();
            const attempt = () => {
              if (performance.now() >= window.back) return window.returns.push(performance.now() - window.back);
              return line.failed(new RequestFailed("unreachable", "")).again.then(attempt);
            };
            attempt();
          }
        }"""
    )
    page.clock.run_for(40_000)
    page.evaluate("window.back = performance.now()")
    page.clock.run_for(15_000)
    returns = sorted(page.evaluate("window.returns"))
    page.close()
    assert len(returns) == 300
    crowd = max(sum(1 for other in returns if start <= other < start + 500) for start in returns)
    assert crowd <= 60  # in half a second
