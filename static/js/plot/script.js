/** Running a script of our own when the time has come, and waiting for that time. */

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Settled when the frame that is being made now stands on the screen. */
export const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** Settled when the script has run, or could not be had. */
export function runScript(src) {
  return new Promise((settle) => {
    document.head.append(Object.assign(document.createElement("script"), { src, onload: settle, onerror: settle }));
  });
}
