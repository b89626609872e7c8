// The order in which pieces leave the alarm bar when it has too little room. Pure.
//
// No piece is cut in the middle: a sentence is shown whole, or it waits behind a press. The
// alarm, the patient, value and limit, since when, that no one has acknowledged it, or who did,
// always stay.

/** The least important first; of one kind the last of a line, and the last line, goes first. */
export const GOES = ["further reason", "told", "reason", "reach"];

/** [{line, kind}] in their order from the top -> the order in which they go, as indices into it. */
export function going(pieces) {
  const of = (kind) => pieces.map((_, i) => i).filter((i) => pieces[i].kind === kind);
  return GOES.flatMap((kind) => of(kind).reverse());
}

/**
 * Leave out as little as possible: `fits(out)` returns whether the rest has room without the
 * pieces of these indices. A removed piece that makes no difference comes back. null: there is
 * never room.
 */
export function leaveOut(pieces, fits) {
  const order = going(pieces);
  const out = new Set();
  for (const i of order) {
    if (fits(out)) break;
    out.add(i);
  }
  if (!fits(out)) return null;
  for (const i of order.filter((j) => out.has(j)).reverse()) {
    out.delete(i);
    if (!fits(out)) out.add(i);
  }
  return out;
}
