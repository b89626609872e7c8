// What goes first where the alarm bar has too little room. Pure.
//
// Nothing in it is cut in the middle: a sentence is there whole, or it waits behind a press. What
// is alarmed, whose it is, value and limit, since when, that nobody has acknowledged it, and who did
// always stay.

/** The least important first; of one kind the last of a line, and the last line, goes first. */
export const GOES = ["further reason", "told", "reason", "reach"];

/** [{line, kind}] as they stand, from the top -> in which order they go, as indices into it. */
export function going(pieces) {
  const of = (kind) => pieces.map((_, i) => i).filter((i) => pieces[i].kind === kind);
  return GOES.flatMap((kind) => of(kind).reverse());
}

/**
 * Leave out as little as possible: `fits(out)` says whether the rest has room without the pieces
 * of these indices. What went and makes no difference comes back. null: it never has.
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
