// The data of a session's chart: stored readings and, at their end, the live ones.
//
// hr, temp   {t, v}: measurement times in ms, ascending, and values; of hr only believed ones
// doubted    {t, v} of suspect heart rates: shown as grey dots, never joined to the rest
// unsure     times of temperatures that are suspect
// more       vital -> {t, v, unsure} of the vital signs for which the page has no words of its own
// bp         [{t, sbp, dbp, state}] ascending; one half may be null
// rejected   [{t, vital, value, reason}] ascending: shown grey, never joined to the rest

/** A silence longer than this is a gap in the heart-rate line. */
const GAP_MS = 10_000;

export function emptyHistory() {
  const [hr, temp, doubted] = [track(), track(), track()];
  return { hr, temp, doubted, bp: [], rejected: [], seen: new Set(), unsure: new Set(), more: {} };
}

/** Add rows of `GET /encounters/{id}/observations`, in any order, some of them known already. */
export function addRows(history, rows) {
  for (const row of rows) {
    const t = Date.parse(row.effective);
    if (row.state === "rejected") reject(history, t, row);
    else put(history, row.vital, t, row.value, row.state);
  }
}

/**
 * Add the newest values of a status object. A row that comes later for the same moment is the
 * same reading, and is more exact: the status reports a doubted value that has grown old as old.
 */
export function addLive(history, vitals) {
  for (const [vital, { value, effective, state }] of Object.entries(vitals)) {
    const t = Date.parse(effective);
    const known = vital === "hr" && (has(history.hr, t) || has(history.doubted, t));
    if (value != null && effective && !known) put(history, vital, t, value, state);
  }
}

/**
 * The heart-rate line between two times as [times, values], with a null where there was no
 * reading for too long. A fast service clock makes live values come farther apart, hence `speed`.
 * @returns {[number[], (number | null)[]]}
 */
export function line(points, from, until, speed = 1) {
  const allowed = GAP_MS + 1000 * speed;
  const times = [];
  const values = [];
  for (let i = after(points.t, from); i < points.t.length && points.t[i] <= until; i++) {
    const before = times.length ? times[times.length - 1] : null;
    if (before !== null && points.t[i] - before > allowed) {
      times.push(before + 1);
      values.push(null);
    }
    times.push(points.t[i]);
    values.push(points.v[i]);
  }
  return [times, values];
}

/** Times of all heart rates, believed or not: a doubted one is not silence. */
export function beats({ hr, doubted }) {
  return doubted.t.length ? { t: [...hr.t, ...doubted.t].sort((a, b) => a - b) } : hr;
}

/** Measured and believed values: vital -> [{t, v}], ascending; a doubted one has `doubt`. */
export function valuesOf({ bp, hr, temp, doubted, unsure, more }) {
  const of = (vital) =>
    bp.filter((bar) => bar[vital] !== null).map((bar) => ({ t: bar.t, v: bar[vital], doubt: bar.state === "suspect" }));
  const line = ({ t: times, v }, doubt) => times.map((t, i) => ({ t, v: v[i], doubt: doubt(t) }));
  const rates = [...line(hr, () => false), ...line(doubted, () => true)].sort((a, b) => a.t - b.t);
  const others = Object.entries(more).map(([vital, of]) => [vital, line(of, (t) => of.unsure.has(t))]);
  return { sbp: of("sbp"), dbp: of("dbp"), hr: rates, temp: line(temp, (t) => unsure.has(t)), ...Object.fromEntries(others) };
}

/**
 * Stored rows of an earlier session on the same axis, minutes since the first dose (`zero`, ms);
 * values that were not believed are left out.
 */
export function systolicCourse(rows, zero) {
  return rows
    .filter((row) => row.state !== "rejected")
    .map((row) => ({ minute: (Date.parse(row.effective) - zero) / 60_000, value: row.value }))
    .sort((a, b) => a.minute - b.minute);
}

/** Silences of at least `least` ms between two times: [{from, until}]. */
export function silences(points, from, until, least) {
  const found = [];
  for (let i = Math.max(1, after(points.t, from)); i < points.t.length; i++) {
    if (points.t[i] > until) break;
    if (points.t[i] - points.t[i - 1] >= least) {
      found.push({ from: points.t[i - 1], until: points.t[i] });
    }
  }
  return found;
}

/**
 * Fewer points for a narrow picture: of each slot of `step` ms the lowest and the highest stay,
 * in order, so that no excursion is lost; gaps stay gaps.
 */
export function thin([times, values], step) {
  /** @type {[number[], (number | null)[]]} */
  const out = [[], []];
  let low = null;
  let high = null;
  const flush = () => {
    for (const i of [...new Set([low, high])].filter((i) => i !== null).sort((a, b) => a - b)) {
      out[0].push(times[i]);
      out[1].push(values[i]);
    }
    low = high = null;
  };
  times.forEach((t, i) => {
    const first = i === 0 || Math.floor(t / step) !== Math.floor(times[i - 1] / step);
    if (first || values[i] === null || values[i - 1] === null) flush();
    if (low === null || values[i] < values[low]) low = i;
    if (high === null || values[i] >= values[high]) high = i;
  });
  flush();
  return out;
}

function track() {
  return { t: [], v: [] };
}

function put(history, vital, t, value, state) {
  if (vital === "hr") {
    const [into, other] = state === "suspect" ? ["doubted", "hr"] : ["hr", "doubted"];
    remove(history[other], t);
    insert(history[into], t, value);
  } else if (vital === "temp") {
    insert(history.temp, t, value);
    if (state === "suspect") history.unsure.add(t);
  } else if (vital === "sbp" || vital === "dbp") pressure(history.bp, vital, t, value, state);
  else if (vital !== "map") {
    const points = (history.more[vital] ??= { ...track(), unsure: new Set() });
    insert(points, t, value);
    if (state === "suspect") points.unsure.add(t);
  }
}

function insert(points, t, value) {
  const at = after(points.t, t);
  if (points.t[at] === t) points.v[at] = value;
  else {
    points.t.splice(at, 0, t);
    points.v.splice(at, 0, value);
  }
}

function has(points, t) {
  return points.t[after(points.t, t)] === t;
}

function remove(points, t) {
  if (!has(points, t)) return;
  const at = after(points.t, t);
  points.t.splice(at, 1);
  points.v.splice(at, 1);
}

function pressure(bars, vital, t, value, state) {
  let at = bars.length;
  while (at > 0 && bars[at - 1].t >= t) at--;
  if (bars[at]?.t !== t) bars.splice(at, 0, { t, sbp: null, dbp: null, state });
  bars[at][vital] = value;
  if (state === "suspect") bars[at].state = state;
}

function reject(history, t, { vital, value, reason }) {
  const key = `${vital}/${t}/${value}`;
  if (history.seen.has(key)) return;
  history.seen.add(key);
  withdraw(history, t, vital, value);
  history.rejected.push({ t, vital, value, reason });
  history.rejected.sort((a, b) => a.t - b.t);
}

/** Remove a value that was believed once and has been struck out since. */
function withdraw({ hr, temp, doubted, bp, more }, t, vital, value) {
  for (const points of { hr: [hr, doubted], temp: [temp] }[vital] ?? (more[vital] ? [more[vital]] : [])) {
    if (points.v[after(points.t, t)] === value) remove(points, t);
  }
  const at = bp.findIndex((bar) => bar.t === t && bar[vital] === value);
  if (at < 0) return;
  bp[at][vital] = null;
  if (bp[at].sbp === null && bp[at].dbp === null) bp.splice(at, 1);
}

/** The index of the first time not before `t`. */
function after(times, t) {
  let low = 0;
  let high = times.length;
  if (high && times[high - 1] < t) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < t) low = middle + 1;
    else high = middle;
  }
  return low;
}
