/** Light, dark, lecture mode, and what is hidden: attributes of the root element that the style sheets read. */

const dark = matchMedia("(prefers-color-scheme: dark)");
const READINGS = ["curves", "data", "table"];

/** "light" or "dark", whatever the state leaves to the system. */
export const resolvedTheme = ({ theme }) => (theme === "auto" ? (dark.matches ? "dark" : "light") : theme);

/** What is not shown: what the address asks for, and what lecture mode and embedding leave out. */
export function hiddenParts({ hide, lecture, embed }) {
  const hidden = new Set(hide);
  if (lecture || embed) ["header", "controls"].forEach((part) => hidden.add(part));
  if (hidden.has("surface") && hidden.has("optimizers")) hidden.add("controls");
  if (READINGS.every((part) => hidden.has(part))) hidden.add("readings");
  return [...hidden];
}

export function mountTheme(store, { changed }) {
  const root = document.documentElement;
  const lecture = document.getElementById("lecture");
  const theme = document.getElementById("theme");

  function show(state) {
    const resolved = resolvedTheme(state);
    root.dataset.theme = resolved;
    root.toggleAttribute("data-lecture", state.lecture);
    root.toggleAttribute("data-embed", state.embed);
    root.dataset.hide = hiddenParts(state).join(" ");
    lecture.setAttribute("aria-pressed", state.lecture);
    theme.textContent = resolved === "dark" ? "Light" : "Dark";
  }

  const toggleLecture = () => store.set({ lecture: !store.get().lecture });
  for (const id of ["lecture", "leave"]) document.getElementById(id).addEventListener("click", toggleLecture);
  theme.addEventListener("click", () => {
    const wanted = resolvedTheme(store.get()) === "dark" ? "light" : "dark";
    store.set({ theme: resolvedTheme({ theme: "auto" }) === wanted ? "auto" : wanted });
  });
  const refresh = () => {
    show(store.get());
    changed();
  };
  dark.addEventListener("change", refresh);
  store.subscribe((state, fields) => ["theme", "lecture", "hide", "embed"].some((field) => fields.has(field)) && refresh());
  show(store.get());
  return { toggleLecture };
}
