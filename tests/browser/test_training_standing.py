"""How a run stands at the step that is shown: at its start, running, paused, finished."""

from playwright.sync_api import expect

from tests.browser.training_lab import TrainingLab


def test_a_run_is_running_only_while_it_plays(training_lab: TrainingLab) -> None:
    training_lab.open("v=1&ds=moons&h=4&b=20&o=sgd&n=2000")
    run = training_lab.place("run")
    expect(run).to_have_text("at the start")
    training_lab.play()
    expect(run).to_have_text("running")
    training_lab.play()
    expect(run).to_have_text("paused")
    training_lab.to(2000)
    expect(run).to_have_text("finished")
    training_lab.to(7)
    expect(run).to_have_text("paused")
    training_lab.page.keyboard.press("r")
    expect(run).to_have_text("at the start")
