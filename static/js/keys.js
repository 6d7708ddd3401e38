/** The page's keys; never taken while a field has the focus (a slider keeps its arrow keys). */

const FIELDS = "input:not([type=range], [type=checkbox], [type=radio]), select, textarea, [contenteditable]";
const ARROWED = "input";
const PRESSED_BY_SPACE = "button, summary, a, [type=checkbox], [type=radio]";
const LET_GO = "button, summary, [type=checkbox], [type=radio]";

/** A hand that has pressed a button is done with it: the next Space plays. Who goes by keys keeps the focus. */
function letGo() {
  let pointed = false;
  addEventListener("pointerdown", () => (pointed = true), true);
  addEventListener("keydown", () => (pointed = false), true);
  addEventListener("click", () => pointed && document.activeElement?.matches(LET_GO) && document.activeElement.blur());
}

/** `actions` maps a key ("ArrowLeft", "Shift+ArrowLeft", " ", "r", "?") to what it does. */
export function mountKeys(actions) {
  letGo();
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.(FIELDS)) return;
    if (event.key === " " && event.target.closest?.(PRESSED_BY_SPACE)) return;
    if (event.key.startsWith("Arrow") && event.target.closest?.(ARROWED)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = actions[event.shiftKey && key.startsWith("Arrow") ? `Shift+${key}` : key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Arrow keys on the focused start point: a hundredth of the range, with Shift a tenth. */
export function mountStartKeys(button, { start, domain, moved }) {
  button.addEventListener("keydown", (event) => {
    const direction = DIRECTIONS[event.key];
    if (!direction) return;
    event.preventDefault();
    event.stopPropagation();
    const share = event.shiftKey ? 0.1 : 0.01;
    const { x, y } = domain();
    const along = (value, [low, high], sign) => Number((value + sign * share * (high - low)).toPrecision(6));
    const [left, up] = start();
    moved([along(left, x, direction[0]), along(up, y, direction[1])]);
  });
}
