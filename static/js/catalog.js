/** The catalogue as the page uses it: definitions by name, their defaults, and the surface that a state means. */

const FORMULA_LEARNING_RATE = 0.01;
const EMPTY_DEFAULTS = { surface: null, optimizers: null, schedule: null, steps: 500, max_steps: 5000, max_steps_of_runs: Infinity, max_ensemble_steps: Infinity, max_optimizers: 8 };

/** Index the answer of GET /api/catalog; `defaults` is what the server says about a first visit. */
export function indexCatalog(answer, defaults = {}) {
  const given = { ...EMPTY_DEFAULTS, ...answer.defaults, ...defaults };
  const surfaces = new Map(answer.surfaces.map((surface) => [surface.name, { ...surface, plainSymbols: (surface.symbols ?? ["x", "y"]).map(plain) }]));
  const optimizers = new Map(answer.optimizers.map((optimizer) => [optimizer.name, optimizer]));
  const schedules = new Map(answer.schedules.map((schedule) => [schedule.name, schedule]));
  const first = (names, known) => (names ?? []).filter((name) => known.has(name));
  const listed = first(given.optimizers, optimizers);
  return {
    ...answer,
    surfaces,
    optimizers,
    schedules,
    rules: new Map(),
    defaults: {
      ...given,
      surface: surfaces.has(given.surface) ? given.surface : surfaces.keys().next().value,
      optimizers: listed.length ? listed : [...optimizers.keys()].slice(0, 3),
    },
  };
}

const GREEK = { phi: "φ", theta: "θ", alpha: "α", beta: "β", gamma: "γ", eta: "η", lambda: "λ", mu: "μ", sigma: "σ", Delta: "Δ" };
const ACCENTS = { tilde: "\u0303", hat: "\u0302", bar: "\u0304" };
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** A symbol's LaTeX as plain text: \phi_0 is φ₀, \tilde{m} is m̃. */
export function plain(symbol) {
  const accented = symbol.replace(/\\text\{([^}]*)\}/g, "$1").replace(/\\(tilde|hat|bar)\{(\w)\}/g, (whole, accent, letter) => letter + ACCENTS[accent]);
  const letters = accented.replace(/\\([A-Za-z]+)/g, (whole, name) => GREEK[name] ?? name).replace(/(?<=\S)-(?=\S)/g, " − ");
  return letters.replace(/_\{?(\d)\}?/g, (whole, digit) => SUBSCRIPTS[digit]).replace(/ (?=[a-z]$)/, "").replaceAll("-", "−");
}

/** The definition of an optimiser of the list; a rule of one's own has to be known, as `learn` makes it. */
export const definitionOf = ({ name, rule }, catalog) =>
  rule === undefined ? catalog.optimizers.get(name) : name === catalog.rule?.name ? catalog.rules.get(rule) : undefined;

/** Keep what the server answered about a rule; the answer is its definition. */
export function learn(answer, catalog) {
  if (!catalog.rules.has(answer.rule)) catalog.rules.set(answer.rule, answer);
  return catalog.rules.get(answer.rule);
}

/** The default of each declared parameter, by name. */
export function defaultValues(definition) {
  return Object.fromEntries(definition.parameters.map((parameter) => [parameter.name, parameter.default]));
}

/** A schedule at its defaults; null where the name is unknown or that of the constant one, which is as good as none. */
export function scheduleOf(name, catalog) {
  const definition = catalog.schedules.get(name);
  return definition && name !== catalog.defaults.schedule ? { name, values: defaultValues(definition) } : null;
}

/**
 * The defaults of an optimiser on a surface. A learning rate whose unit contains [loss] scales with the surface, so
 * the surface suggests it; one in units of [φ] alone keeps the optimiser's own default, unless there is a suggestion.
 */
export function optimizerDefaults(optimizer, surface) {
  const values = defaultValues(optimizer);
  const rate = optimizer.parameters.find((parameter) => parameter.name === "learning_rate");
  const suggested = surface?.suggested_learning_rate;
  if (surface?.suggested_move && rate && !rate.unit?.includes("[loss]")) values.learning_rate = surface.suggested_move;
  if (suggested && rate?.unit?.includes("[loss]")) values.learning_rate = Number((suggested * (optimizer.relative_learning_rate ?? 1)).toPrecision(6));
  return values;
}

/** The surface of a state: the catalogue's entry, or one made from the formula. */
export function surfaceOf(state, catalog) {
  if (state.formula === null) return catalog.surfaces.get(state.surface);
  return {
    name: null,
    kind: "formula",
    label: "Your formula",
    summary: "",
    description: "",
    teaches: "",
    formula: state.formula,
    domain: { x: state.x, y: state.y },
    start: formulaStart(state.x, state.y),
    parameters: [],
    suggested_learning_rate: FORMULA_LEARNING_RATE,
    critical_points: [],
    data: null,
    reductions: [],
    symbols: ["x", "y"],
    plainSymbols: ["x", "y"],
  };
}

/** Where a run starts on a formula nobody has declared a start for: off the axes and off the diagonals. */
export function formulaStart(x, y) {
  const at = ([low, high], share) => Number((low + share * (high - low)).toPrecision(3));
  return [at(x, 0.15), at(y, 0.8)];
}

/** A label for each listed optimiser: numbered where the same one is listed twice. */
export function optimizerLabels(state, catalog) {
  const seen = new Map();
  const total = new Map();
  for (const { name } of state.optimizers) total.set(name, (total.get(name) ?? 0) + 1);
  return state.optimizers.map((optimizer) => {
    const { name } = optimizer;
    const { label } = definitionOf(optimizer, catalog);
    if (total.get(name) === 1) return label;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return `${label} ${seen.get(name)}`;
  });
}

/** The colour slot for a new optimiser: the first one that is free. */
export function freeSlot(optimizers, count) {
  const taken = new Set(optimizers.map((optimizer) => optimizer.slot));
  for (let slot = 0; slot < count; slot += 1) if (!taken.has(slot)) return slot;
  return 0;
}
