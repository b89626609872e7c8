// The lane under a chart: the worst of all alarms at each moment. Times in ms. Pure.

const RANK = { high: 3, medium: 2, low: 1 };
/** 0 for an alarm whose priority is no longer known. */
export const rank = ({ priority }) => RANK[priority] ?? 0;

/**
 * [{priority, from, until, waits, filled, marked}], oldest first, without overlaps. waits: one of
 * the worst there is not acknowledged; filled: one of the worst is about the patient; marked: it
 * differs from the one before it. alarms: of `alarmsOf`; now: the end of those that last.
 */
export function laneOf(alarms, now) {
  const all = alarms.flatMap(({ parts, alarm: { kind } }) =>
    parts.map(({ priority, from, until, taken }) => {
      // An alarm that began at this very moment is visible too.
      const ends = Math.max(until ?? now, from + 1);
      return { priority, from, until: ends, waits: !taken, filled: kind === "physiological" };
    }),
  );
  const edges = [...new Set(all.flatMap(({ from, until }) => [from, until]))].sort((a, b) => a - b);
  const found = [];
  edges.slice(1).forEach((until, i) => {
    const worst = worstOf(all, edges[i], until);
    if (worst) add(found, worst);
  });
  return found;
}

function worstOf(all, from, until) {
  const here = all.filter((one) => one.from <= from && one.until >= until);
  if (!here.length) return null;
  const most = Math.max(...here.map(rank));
  const worst = here.filter((one) => rank(one) === most);
  const any = (what) => worst.some((one) => one[what]);
  return { priority: worst[0].priority, from, until, waits: any("waits"), filled: any("filled") };
}

function add(found, one) {
  const last = found.at(-1);
  const next = last?.until === one.from;
  const alike = next && last.priority === one.priority && last.filled === one.filled;
  if (alike && last.waits === one.waits) last.until = one.until;
  else found.push({ ...one, marked: !alike });
}
