// The places of a drawing's words, so that no word covers another. In the drawing's own units:
// text is 10 of them high. Pure.

/** From one line of text to the next. */
export const LINE = 13;
/** The width of a letter of sans serif is at most this, on the average of a label. */
const LETTER = 6.7;
const APART = 4;

export const wide = (text) => text.length * LETTER;

const width = (label) => label.wide ?? wide(label.text);

/**
 * Return the row of each label, which is centred on its `x`: the first row in which there is
 * room. Row 0 is the nearest to the thing it names. labels: [{x, text, wide?}], `wide` if it was
 * measured; fixed: labels that have their `row` already. The rows are in the order of the labels.
 */
export function rowsOf(labels, fixed = []) {
  const order = labels.map((label, i) => ({ x: label.x, half: width(label) / 2, i })).sort((a, b) => a.x - b.x);
  const ends = [];
  const found = [];
  for (const { x, half, i } of order) {
    const free = (row) => (ends[row] ?? -Infinity) <= x - half && !fixed.some((one) =>
      one.row === row && Math.abs(one.x - x) < half + width(one) / 2 + APART);
    let row = 0;
    while (!free(row)) row++;
    found[i] = row;
    ends[row] = x + half + APART;
  }
  return found;
}

/**
 * All labels in one row: labels that would overlap become one, in the middle of the things they
 * name. labels: [{x, text}], ascending; measure(text): its width.
 */
export function joined(labels, measure = wide) {
  const groups = labels.map((label) => [label]);
  const told = (group) => {
    const text = group.map((one) => one.text).join(", ");
    return { x: (group[0].x + group.at(-1).x) / 2, text, wide: measure(text) };
  };
  for (let i = 1; i < groups.length; ) {
    const [a, b] = [told(groups[i - 1]), told(groups[i])];
    if (b.x - a.x >= (a.wide + b.wide) / 2 + APART) i++;
    else {
      groups.splice(i - 1, 2, [...groups[i - 1], ...groups[i]]);
      i = Math.max(1, i - 1);
    }
  }
  return groups.map(told);
}

/** The number of rows. */
export const height = (rows) => rows.reduce((most, row) => Math.max(most, row + 1), 0);

/**
 * Each place, or the nearest to it with room: at least `apart` from the next and not beyond
 * `most`; in the same order.
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
