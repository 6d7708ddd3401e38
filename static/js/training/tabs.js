/** Which panel of what is learnt is open: tabs, of which the arrow keys reach each. */

const byId = (id) => document.getElementById(id);

export function mountTabs(list, store, names) {
  const tabs = names.map((name) => byId(`tab-${name}`));

  function show({ panel }) {
    names.forEach((name, at) => {
      tabs[at].setAttribute("aria-selected", name === panel);
      tabs[at].tabIndex = name === panel ? 0 : -1;
      byId(`panel-${name}`).hidden = name !== panel;
    });
  }
  tabs.forEach((tab, at) => tab.addEventListener("click", () => store.set({ panel: names[at] })));
  list.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (names.indexOf(store.get().panel) + by + names.length) % names.length;
    store.set({ panel: names[next] });
    tabs[next].focus();
  });
  store.subscribe((state, fields) => fields.has("panel") && show(state));
  show(store.get());
}
