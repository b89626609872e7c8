// How much of the alarm bar has room: how many lines, and which of their sentences. The rule is
// in room.js; the measurement is here.

import { leaveOut } from "../drawing/room.js";
import { useEffect, useLayoutEffect, useState } from "../vendor/preact-hooks.js";

const PHONE = matchMedia("(max-width: 599px)");
const LOW = matchMedia("(max-height: 559px)");
const REM = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
/** On a phone and in a low window the bar grows and scrolls; beyond this, sentences go. */
const GROWS_REM = { phone: 20, low: 5.75 };
const STRIP_REM = { phone: 3, other: 1.5 };

/** How many of `count` lines are whole in the bar, at most `most`; all of them while it is `open`. */
export function useFit(bar, count, most, open) {
  const [whole, setWhole] = useState(most);
  const [, again] = useState(0);
  // After every render: the text changes with every reading, and every second.
  useLayoutEffect(() => {
    if (open) all(...parts(bar.current));
    setWhole(open ? count : fit(bar.current, most));
  });
  useEffect(() => {
    let width = 0;
    const look = () => {
      if (!bar.current) return;
      const { offsetWidth, offsetHeight } = bar.current;
      // The parts that stay below it while the page scrolls (vitals.css) need its height.
      document.documentElement.style.setProperty("--bar-height", `${offsetHeight}px`);
      if (offsetWidth !== width) again((n) => n + 1);
      width = offsetWidth;
    };
    const watch = new ResizeObserver(look);
    watch.observe(bar.current);
    return () => watch.disconnect();
  }, []);
  return whole;
}

function fit(bar, most) {
  const [lines, pieces] = parts(bar);
  all(lines, pieces);
  const strip = bar.querySelector(".more");
  strip?.classList.remove("counted");
  strip?.classList.toggle("counted", strip.scrollWidth > strip.clientWidth);
  for (const line of lines) line.style.marginBottom = "";
  if (!lines.length) return most;
  return PHONE.matches || LOW.matches ? growing(bar, lines, pieces, most) : reserved(bar, lines, pieces, most);
}

function parts(bar) {
  return [".line", "[data-piece]"].map((which) => [...bar.querySelectorAll(which)]);
}

/**
 * The height is reserved: show as many lines as fit with their mandatory text, smaller if
 * necessary. How to reach the people goes for the first line alone.
 */
function reserved(bar, lines, pieces, most) {
  const room = bar.querySelector(".over").clientHeight;
  const tries = [...Array(Math.min(most, lines.length)).keys()].reverse().map((i) => [i + 1, false]);
  for (const [whole, last] of [...tries, [1, true]]) {
    const left = room - (lines.length > whole ? STRIP_REM.other * REM() : 0);
    const shown = lines.slice(0, whole);
    const here = pieces.filter((piece) => shown.includes(piece.closest(".line")));
    const mine = last ? here : here.filter(words);
    for (const tight of [false, true]) {
      bar.classList.toggle("tight", tight);
      const out = without(shown, mine, left);
      // Smaller letters before the reason of an alarm goes.
      if (!out || (!tight && dropsReason(mine, out))) continue;
      shown.at(-1).style.marginBottom = `${Math.max(0, left - height(shown))}px`;
      return whole;
    }
  }
  return 1;
}

const words = (piece) => piece.dataset.piece !== "reach";
const dropsReason = (pieces, out) => [...out].some((i) => pieces[i].dataset.piece === "reason");

/**
 * Mandatory text makes it grow; how to reach the people stays. A further line goes before the
 * reason of the first: it is named in the strip.
 */
function growing(bar, lines, pieces, most) {
  const [grows, strip] = PHONE.matches ? [GROWS_REM.phone, STRIP_REM.phone] : [GROWS_REM.low, STRIP_REM.other];
  const mine = pieces.filter(words);
  bar.classList.toggle("tight", !PHONE.matches);
  for (let whole = Math.min(most, lines.length); whole > 0; whole -= 1) {
    const shown = lines.slice(0, whole);
    const here = mine.filter((piece) => shown.includes(piece.closest(".line")));
    const out = without(shown, here, (grows - (lines.length > whole ? strip : 0)) * REM());
    if (!out && whole === 1) show(shown, here, new Set(here.keys()));
    if (whole > 1 && (!out || dropsReason(here, out))) continue;
    lines.forEach((line, i) => line.classList.toggle("unseen", i >= whole));
    return whole;
  }
  return 1;
}

/**
 * Return the pieces of these lines to leave out in a room of this many px; null: there is still
 * too little room.
 */
function without(lines, pieces, room) {
  const about = pieces.map((piece) => ({ kind: piece.dataset.piece }));
  const out = leaveOut(about, (gone) => {
    show(lines, pieces, gone);
    return height(lines) <= room + 1;
  });
  if (out) show(lines, pieces, out);
  return out;
}

function height(lines) {
  return lines.reduce((sum, line) => sum + line.offsetHeight, 0);
}

function all(lines, pieces) {
  lines.forEach((line) => line.classList.remove("unseen"));
  show(lines, pieces, new Set());
}

/**
 * Hidden from sight, not from a screen reader; a line that leaves a piece out has a button for
 * the whole.
 */
function show(lines, pieces, out) {
  pieces.forEach((piece, i) => piece.classList.toggle("unseen", out.has(i)));
  for (const line of lines) {
    const whole = line.querySelector(".whole");
    if (whole) whole.hidden = !line.querySelector("[data-piece].unseen");
  }
}
