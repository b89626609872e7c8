// Keys for whoever has no hand at the mouse, and a focus that does not get lost.
//
// A press with Alt, not a letter alone: people type notes here, and speak to a screen reader in
// letters.

const ACKNOWLEDGE = ".bar .acknowledge:not(.taken)";
const STOPS = "a[href], button, input, select, textarea, [role=slider]";

let place = null;
let opener = null;

/** What has the focus will go away, and what opened it comes back: there the focus goes. */
export function leave(selector) {
  opener = selector;
}

/** Once for the page. */
export function listen() {
  document.addEventListener("keydown", acknowledgeWorst);
  document.addEventListener("focusin", remember);
  // Whoever presses beside everything has let go.
  document.addEventListener("pointerdown", () => (place = null), true);
  new MutationObserver(bringBack).observe(document.body, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"],
  });
}

/** The first line of the bar that waits for somebody: exactly what its own button takes. */
function acknowledgeWorst(event) {
  const wanted = event.code === "KeyA" || event.key.toLowerCase() === "a";
  if (!wanted || !event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
  event.preventDefault();
  document.querySelector(ACKNOWLEDGE)?.click();
}

/** Where the focus is: the element, the places around it, and which stop of each it was. */
function remember({ target }) {
  const around = [];
  for (let at = target.parentElement; at && at !== document.body; at = at.parentElement) {
    around.push({ at, index: stops(at).indexOf(target) });
  }
  place = { target, around };
}

/** What was focused moved or went away by an act: back to it, or to what stands nearest its place. */
function bringBack() {
  // Meant for the change that it came with, and for no later one.
  const back = opener && document.querySelector(opener);
  opener = null;
  if (!place || document.activeElement !== document.body) return;
  const { target, around } = place;
  if (usable(target)) return target.focus({ preventScroll: true });
  place = null;
  if (back) return back.focus({ preventScroll: true });
  for (const { at, index } of around) {
    const near = at.isConnected ? stops(at) : [];
    if (near.length) return near[Math.min(Math.max(index, 0), near.length - 1)].focus({ preventScroll: true });
  }
}

function stops(at) {
  return [...at.querySelectorAll(STOPS)].filter(usable);
}

function usable(element) {
  return element.isConnected && !element.disabled && element.getClientRects().length > 0;
}
