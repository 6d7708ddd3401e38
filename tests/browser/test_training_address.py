"""The address of the training lab holds its whole state."""

import pytest
from playwright.sync_api import Page

from tests.browser.training_lab import TrainingLab

ROUND_TRIP = """
async (count) => {
  const { indexCatalog } = await import("/static/js/catalog.js");
  const { fetchRule } = await import("/static/js/api.js");
  const { learn } = await import("/static/js/catalog.js");
  const { MAX_SEED } = await import("/static/js/codecs.js");
  const { batchesOf, indexTraining, kindsOf, likelihoodsOf, roomOf, seedsOf, trainingSamples } = await import("/static/js/training/definitions.js");
  const { decode, encode, HIDEABLE, PANELS, PREDICTIONS } = await import("/static/js/training/state.js");
  const catalog = indexTraining(indexCatalog(await (await fetch("/api/catalog")).json()));
  learn(await fetchRule({ rule: "m = beta*m + g; phi = phi - eta*m  # !/ ~; 100 %" }), catalog);
  const { training, max_optimizers: slots } = catalog.defaults;
  let seed = 4321;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const below = (end) => Math.floor(random() * end);
  const pick = (options) => options[below(options.length)];
  const some = (options) => options.filter(() => random() < 0.3);
  const number = (low, high) => pick([() => low, () => high, () => low + (high - low) * random()])();
  const value = (p) => ({
    switch: () => random() < 0.5,
    choice: () => pick(p.options),
    number: () => (random() < 0.3 ? p.default : p.integer ? Math.round(number(p.low, Math.min(p.high, 2000))) : number(p.low, p.high)),
  })[p.kind]();
  const values = (parameters) => Object.fromEntries(parameters.map((p) => [p.name, value(p)]));
  const choice = (definitions) => (({ name, parameters }) => ({ name, values: values(parameters) }))(pick([...definitions]));
  const data = () => {
    const kind = { kind: pick(kindsOf(catalog)).kind, targets: 1 + below(20) };
    if (random() < 0.7) {
      const { name, parameters } = pick([...catalog.datasets.values()]);
      return { ...kind, csv: null, dataset: name, data: values(parameters) };
    }
    const rows = Array.from({ length: 3 + below(30) }, () => `${number(-3, 3)};${random()};${below(2)}`);
    return { ...kind, csv: pick(["", "u;v;wörter & #1\\n"]) + rows.join("\\n"), dataset: null, data: {} };
  };
  const split = () => {
    const held = [0.5 * random(), 0.4 * random()];
    return [1 - held[0] - held[1], ...held];
  };
  const numbers = (length) => Array.from({ length }, () => number(-1e3, 1e3));
  const start = (hidden) => {
    const widths = [1 + below(3), ...hidden, 1 + below(3)];
    const parameters = widths.slice(1).map((outputs, at) => ({ weights: Array.from({ length: widths[at] }, () => numbers(outputs)), biases: numbers(outputs) }));
    return { parameters, learnt: pick([{}, { log_sigma: numbers(2) }]), label: pick(["Adam, seed 3", "", "γ"]), step: pick([null, 0, 137]), before: null };
  };
  const optimizers = () => {
    const free = [...Array(slots).keys()].sort(() => random() - 0.5).slice(0, below(4));
    return free.map((slot) => {
      const chosen = pick([...catalog.optimizers.values(), ...catalog.rules.values()]);
      const paced = pick([...catalog.schedules.values()]);
      const schedule = random() < 0.5 || paced.name === catalog.defaults.schedule ? null : { name: paced.name, values: values(paced.parameters) };
      return { name: chosen.name, slot, hidden: random() < 0.3, values: values(chosen.parameters), schedule, ...(chosen.rule === undefined ? {} : { rule: chosen.rule }) };
    });
  };
  const changes = (state) => {
    const steps = Array.from({ length: below(4) }, () => below(state.steps + 1)).sort((one, other) => one - other);
    return steps.flatMap((step) => {
      if (state.batches && random() < 0.5) return [{ step, slot: null, name: "batch_size", value: 1 + below(batchesOf(state, catalog)) }];
      const listed = state.optimizers.flatMap(({ slot, values }) => Object.keys(values).filter((name) => typeof values[name] === "number").map((name) => ({ step, slot, name, value: number(0, 1) })));
      return listed.length ? [pick(listed)] : [];
    });
  };
  const unit = (hidden) => {
    const layer = below(hidden.length + 1);
    return random() < 0.5 ? null : [layer, layer < hidden.length ? below(hidden[layer]) : 0];
  };
  const state = () => {
    const made = { ...data(), dataSeed: below(MAX_SEED), split: split(), standardize: random() < 0.5 };
    made.hidden = Array.from({ length: below(training.max_hidden_layers + 1) }, () => 1 + below(random() < 0.7 ? 9 : training.max_units));
    Object.assign(made, { activation: choice(catalog.activations.values()), initializer: choice(catalog.initializers.values()), likelihood: choice(likelihoodsOf(made, catalog)) });
    Object.assign(made, { start: random() < 0.4 ? start(made.hidden) : null, reduction: pick(["mean", "sum"]), optimizers: optimizers() });
    made.batches = random() < 0.3 ? null : { size: 1 + below(trainingSamples(made)), sampling: pick(["epochs", "fresh"]) };
    made.steps = 1 + below(roomOf({ ...made, ensemble: 1 }, catalog).most);
    if (random() < 0.3) made.steps = roomOf({ ...made, ensemble: 1 }, catalog).most;
    made.ensemble = 1 + below(seedsOf(made, catalog));
    return {
      ...made, step: below(made.steps + 1), seed: below(MAX_SEED), member: below(made.ensemble), changes: changes(made),
      look: made.optimizers.length ? pick(made.optimizers).slot : null, prediction: pick(PREDICTIONS), output: below(21), unit: unit(made.hidden),
      panel: pick(PANELS), directions: pick(["principal", "random"]), axis: pick(["steps", "epochs", "evaluations"]), theme: pick(["auto", "light", "dark"]),
      hide: some(HIDEABLE), embed: random() < 0.5, lecture: random() < 0.5,
    };
  };
  const sorted = (object) => JSON.stringify(Object.entries(object).sort());
  const faults = [];
  for (let k = 0; k < count && faults.length < 5; k += 1) {
    const before = state();
    const query = encode(before, catalog);
    const address = new URL(`http://host/?${query}`);
    const after = decode(address.search + address.hash, catalog);
    if (sorted(after) === sorted(before)) continue;
    const wrong = Object.keys(before).filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
    faults.push([query.slice(0, 400), ...wrong.map((field) => [field, JSON.stringify(before[field]).slice(0, 200), JSON.stringify(after[field])?.slice(0, 200)])]);
  }
  return faults;
}
"""


@pytest.fixture
def lab(page: Page) -> TrainingLab:
    return TrainingLab(page)


def test_decoding_an_encoded_state_gives_the_same_state(lab: TrainingLab) -> None:
    lab.load("v=1&dp=n:60&h=4&o=adam&n=100")
    assert lab.page.evaluate(ROUND_TRIP, 2000) == []
