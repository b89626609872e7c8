// Where the words of a drawing stand, so that none lies on another. In the drawing's own units, text
// being 10 of them high. Pure.

/** From one line of text to the next. */
export const LINE = 13;
/** A letter of sans serif is no wider, on the average of a label. */
const LETTER = 6.7;
const APART = 4;

export const wide = (text) => text.length * LETTER;

/**
 * In which row each label stands, that is centred on its `x`: the first in which there is room. Row 0 is
 * the nearest to what it names. labels: [{x, text}]; answers rows in the same order.
 */
export function rowsOf(labels) {
  const order = labels.map((label, i) => ({ ...label, i })).sort((a, b) => a.x - b.x);
  const ends = [];
  const found = [];
  for (const { x, text, i } of order) {
    const begins = x - wide(text) / 2;
    const row = ends.findIndex((end) => end <= begins);
    found[i] = row < 0 ? ends.length : row;
    ends[found[i]] = x + wide(text) / 2 + APART;
  }
  return found;
}

/** How many rows that makes. */
export const height = (rows) => rows.reduce((most, row) => Math.max(most, row + 1), 0);

/**
 * Each place or as near to it as there is room, at least `apart` from the next and none beyond `most`;
 * in the same order.
 */
export function spread(places, apart, most = Infinity) {
  const order = places.map((at, i) => ({ at, i })).sort((a, b) => a.at - b.at || a.i - b.i);
  let free = -Infinity;
  for (const one of order) free = (one.at = Math.max(one.at, free)) + apart;
  free = most;
  for (const one of [...order].reverse()) free = (one.at = Math.min(one.at, free)) - apart;
  const found = [];
  for (const { at, i } of order) found[i] = at;
  return found;
}
