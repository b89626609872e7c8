// Keys for people without a mouse, and a focus that does not get lost.
//
// A press with Alt, not a letter alone: people type notes here, and use letters to control a
// screen reader.

const ACKNOWLEDGE = ".bar .acknowledge:not(.taken)";
const STOPS = "a[href], button, input, select, textarea, [role=slider]";

let place = null;
let opener = null;

/**
 * The focused element will disappear, and the button that opened it returns: move the focus
 * there.
 */
export function leave(selector) {
  opener = selector;
}

/** Add the listeners; called once per page. */
export function addKeyListeners() {
  document.addEventListener("keydown", acknowledgeWorst);
  document.addEventListener("focusin", remember);
  // A press beside all controls gives up the focus.
  document.addEventListener("pointerdown", () => (place = null), true);
  new MutationObserver(bringBack).observe(document.body, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"],
  });
}

/**
 * Press the button of the first line in the bar that waits: exactly the effect of its own button.
 */
function acknowledgeWorst(event) {
  const wanted = event.code === "KeyA" || event.key.toLowerCase() === "a";
  if (!wanted || !event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
  event.preventDefault();
  document.querySelector(ACKNOWLEDGE)?.click();
}

/** Where the focus is: the element, the places around it, and the index of the stop in each. */
function remember({ target }) {
  const around = [];
  for (let at = target.parentElement; at && at !== document.body; at = at.parentElement) {
    around.push({ at, index: stops(at).indexOf(target) });
  }
  place = { target, around };
}

/**
 * An act moved or removed the focused element: focus it again, or the stop nearest to its place.
 */
function bringBack() {
  // Valid for the change that it came with, and not for a later one.
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
