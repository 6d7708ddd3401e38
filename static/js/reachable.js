/** What is wider than its place can be scrolled by keys too: it can be reached with Tab for as long as it is. */

const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

export function reachable(node) {
  observer.observe(node);
  return node;
}
