/**
 * Colours and dashes: Okabe and Ito's eight, in their order (black last), one slot for each optimiser of the page.
 *
 * Each slot has a dash pattern too, so nothing rests on colour alone. The light theme's variants are darkened and the
 * dark theme's lightened until each has a contrast of 3:1 with every tone of the contour plot's background.
 */

const HUES = [
  { name: "orange", light: "#b97a00", dark: "#efa81c", dash: [] },
  { name: "sky blue", light: "#0f8dc6", dark: "#6ec9fe", dash: [9, 4] },
  { name: "green", light: "#008661", dark: "#2cb185", dash: [2, 3] },
  { name: "yellow", light: "#6f6a00", dark: "#f3e746", dash: [9, 3, 2, 3] },
  { name: "blue", light: "#004f86", dark: "#3793d6", dash: [15, 4] },
  { name: "vermillion", light: "#b5440a", dark: "#ea7126", dash: [4, 3] },
  { name: "purple", light: "#b0568a", dark: "#ec8ec2", dash: [12, 3, 2, 3, 2, 3] },
  { name: "black", light: "#15181c", dark: "#eceef1", dash: [5, 2, 1, 2] },
];

/** How many optimisers can be told apart. */
export const SLOTS = HUES.length;

/** {name, color, dash}: `dash` is a list of lengths in pixels for a line 2 px wide, empty for a solid line. */
export function styleOf(slot, theme) {
  const { name, dash, ...colors } = HUES[slot % SLOTS];
  return { name, color: colors[theme], dash };
}

const TONES = {
  light: { paper: "#ffffff", ink: "#15181c", soft: "#59616b", line: "#d5d9de", grid: "#e3e6ea", alarm: "#b3131b" },
  dark: { paper: "#121417", ink: "#eceef1", soft: "#a3abb5", line: "#343a41", grid: "#262b31", alarm: "#ff8a85" },
};
const LECTURE_TONES = {
  light: { paper: "#ffffff", ink: "#000000", soft: "#2b2f34", line: "#7b828a", grid: "#c9cdd2", alarm: "#b3131b" },
  dark: { paper: "#000000", ink: "#ffffff", soft: "#dfe3e8", line: "#8b929a", grid: "#3d434a", alarm: "#ff8a85" },
};

/** The page's own tones (those of tokens.css), for what is drawn rather than styled. */
export const tonesOf = (theme, lecture = false) => (lecture ? LECTURE_TONES : TONES)[theme];

/** The loss as a quiet tint, low to high: the deeper, the darker; paths stand out on all of it. */
const SURFACE_SCALE = {
  light: [
    [0, "#cfdae6"],
    [0.35, "#e0e8ef"],
    [0.7, "#eff3f6"],
    [1, "#fbfcfd"],
  ],
  dark: [
    [0, "#0c1015"],
    [0.35, "#151c24"],
    [0.7, "#1f2933"],
    [1, "#2a3540"],
  ],
};
export const surfaceScale = (theme) => SURFACE_SCALE[theme];

/** The same in space, where light and shade need a little more to work on. */
const RELIEF_SCALE = {
  light: [
    [0, "#9fb4ca"],
    [1, "#f3f6f9"],
  ],
  dark: [
    [0, "#141d28"],
    [1, "#4a5d70"],
  ],
};
export const reliefScale = (theme) => RELIEF_SCALE[theme];
export const RELIEF_LINE = { light: "#8497ab", dark: "#7388a0" };

/** Where the loss is not finite there is no surface: a warm grey, unlike any of its tints. */
export const NO_SURFACE = { light: "#eae5dd", dark: "#26211c" };

/** Contour lines, from the same tint. */
export const CONTOUR_LINE = { light: "rgba(64, 84, 106, 0.38)", dark: "rgba(160, 182, 205, 0.30)" };

/** Classes of data, beside the colours of optimisers: points in the tone itself, regions in a tint of it. */
const CLASS_TONES = {
  light: ["#2f6690", "#a3541f", "#3c7a4b", "#7b4b94", "#8a6d1d", "#8c3a4f", "#2d7d84", "#5a5a66"],
  dark: ["#7fb4de", "#e59a63", "#86c795", "#c39bdb", "#d8bd6a", "#dd8ca0", "#7cc7cd", "#b4b4c0"],
};
export const classTone = (number, theme) => CLASS_TONES[theme][number % CLASS_TONES[theme].length];

/** What belongs to this step's batch: the accent, in every panel. */
export const BATCH = { light: "#4b3fce", dark: "#a79fff" };

/** Contours of a batch's own surface: nobody should take them for the whole loss's. */
export const GHOST_LINE = { light: "rgba(75, 63, 206, 0.45)", dark: "rgba(167, 159, 255, 0.45)" };
