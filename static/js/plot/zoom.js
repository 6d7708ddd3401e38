/** A zoom is of the place where it was made: it is kept for as long as no other address is gone to. */

export function createZoom() {
  let [zoomed, visit, revision] = [false, null, 0];

  return {
    /** Look after a plot that has been drawn. */
    watch: (place) => place.on("plotly_relayout", (changes) => (zoomed ||= Object.keys(changes).some((name) => name.includes("range")))),
    /** Whether a zoom is to be let go, as the view is of another visit. */
    left(view) {
      const over = zoomed && view.visit !== visit;
      visit = view.visit;
      if (over) [zoomed, revision] = [false, revision + 1];
      return over;
    },
    /** Plotly keeps what was zoomed while this is the same. */
    revision: (layout) => `${layout.uirevision} ${revision}`,
  };
}
