/**
 * What a page does when a part of its scripts does not come: it says so, waits until the server answers, and loads itself
 * again. The address has all its state, and nothing else was begun. A script of its own, as it must not need the others.
 */
(() => {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1000 * (1 + 2 * Math.random())));
  const answers = () => fetch("/health/ready", { cache: "no-store" }).then(({ ok }) => ok, () => false);
  let waiting = false;

  async function again() {
    waiting = true;
    const words = document.querySelector("#trouble p");
    if (words) words.textContent = "A part of this page did not come; it is loaded again when the server answers.";
    do await pause();
    while (!(await answers()));
    location.reload();
  }

  // an import that fails is told by the element that began with it, to listeners of the way there alone
  addEventListener("error", ({ target }) => waiting || (target instanceof HTMLScriptElement && target.type === "module" && again()), true);
})();
