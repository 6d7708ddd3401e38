/** The help of the training lab. */

import { mountHelp, ruleHelp } from "../sheets/help.js";

const INTRO =
  "A network is trained before your eyes: press play, and move any slider. Numbers of an optimiser and the batch size take effect from the step that is shown and keep what the optimiser carries; everything else trains again from the same seed. Upright lines on the curve of losses stand where an epoch ends, or every so many of them, as its axis says; the dashed ones where something was changed; a ring marks the least validation loss so far.";

const KEYS = [
  ["Space", "play or pause"],
  ["← →", "one step back or on"],
  ["R", "back to the start of the run"],
  ["O, S", "open up the next optimiser’s network; the next seed’s, where there are several"],
  ["L", "lecture mode: no controls, larger type, high contrast"],
  ["G, H", "go to a scenario; share: the hall’s code, the address, files"],
  ["?", "this help"],
  ["Double click on a slider", "back to its default"],
];

export function mountTrainingHelp(sheet, catalog) {
  const rules = ruleHelp(catalog.rule);
  const groups = [
    ["Likelihoods", catalog.likelihoods.values()],
    ["Activations", catalog.activations.values()],
    ["Initialisers", catalog.initializers.values()],
    ["Optimisers", catalog.optimizers.values()],
    ["Learning-rate schedules", catalog.schedules.values()],
    ["Datasets", catalog.datasets.values()],
  ];
  return mountHelp(sheet, { intro: INTRO, keys: KEYS, groups, more: [rules], otherwise: rules });
}
