// One flash clock for the whole page: high 2 Hz, medium 0.6 Hz, each half bright, half dark. The
// root element carries the dark halves as classes; the style sheet does the rest, and does not
// flash if reduced motion is preferred.

const HALF_MS = { high: 250, medium: 833 };

let wanted = [];
let timer = null;

/** The priorities that flash now; an empty list stops the clock. */
export function flash(priorities) {
  wanted = priorities.filter((p) => p in HALF_MS);
  if (timer === null) turn();
}

function turn() {
  const now = performance.now();
  const root = document.documentElement;
  for (const [priority, half] of Object.entries(HALF_MS)) {
    const dark = wanted.includes(priority) && Math.floor(now / half) % 2 === 1;
    root.classList.toggle(`dark-${priority}`, dark);
  }
  const edges = wanted.map((p) => HALF_MS[p] - (now % HALF_MS[p]));
  timer = edges.length ? setTimeout(turn, Math.min(...edges) + 5) : null;
}
