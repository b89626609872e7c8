// The histories behind the charts: loaded once, continued live, topped up from the store.

import { get, list } from "./api.js";
import { live } from "./app.js";
import { addLive, addRows, emptyHistory, systolicCourse } from "./history.js";
import { ms } from "../words/time.js";
import { effect, signal } from "../vendor/signals.js";

const PAGE = 1000;
const OVERLAP_MS = 120_000;
const EARLIER_MOST = 3;

const histories = new Map();
const loading = new Map();
/** Increases whenever stored rows came in, so that charts are drawn again. */
export const arrivals = signal(0);

export function historyOf(id) {
  if (!histories.has(id)) histories.set(id, emptyHistory());
  return histories.get(id);
}

/** The sessions whose histories are kept: the open ones. */
export const kept = () => [...histories.keys()];

effect(() => {
  const { encounters } = live.value;
  for (const e of Object.values(encounters)) if (isOpen(e)) addLive(historyOf(e.id), e.vitals);
  // A page that is open for days must not keep histories that no one can view any more.
  for (const id of kept()) {
    if (isOpen(encounters[id])) continue;
    histories.delete(id);
    loading.delete(id);
  }
});

function isOpen(encounter) {
  return encounter !== undefined && encounter.phase !== "closed";
}

/**
 * Load the rows stored since `since` (ms), once; null: all of them, and before any other session.
 */
export function load(id, since) {
  const from = since ?? -Infinity;
  if ((loading.get(id) ?? Infinity) <= from) return;
  loading.set(id, from);
  const query = { limit: PAGE, since: iso(since) };
  const work = () =>
    list(`encounters/${id}/observations`, query, (rows) => take(id, rows)).catch(() =>
      loading.delete(id),
    );
  if (since === null) waiting.unshift(work);
  else waiting.push(work);
  next();
}

/** Fetch the newest rows again: rejected and late readings are never in a live status. */
export async function topUp(id, now, speed) {
  const query = { limit: PAGE, since: iso(now - OVERLAP_MS - 10_000 * speed) };
  const page = await get(`encounters/${id}/observations`, query).catch(() => null);
  if (page) take(id, page.items);
}

/** Load the typed readings again: one of them was struck out, and may be old. */
export async function refresh(id) {
  const query = { source: "manual", limit: PAGE };
  await list(`encounters/${id}/observations`, query, (rows) => take(id, rows)).catch(() => {});
}

/** The systolic courses of the newest closed sessions with a dose: [[{minute, value}]], newest last. */
export async function earlier(patient) {
  const closed = await list("encounters", { state: "closed", patient, limit: 1000 });
  const dosed = closed.filter((e) => e.dosed_at).slice(-EARLIER_MOST);
  const rows = await Promise.all(
    dosed.map(({ id }) => list(`encounters/${encodeURIComponent(id)}/observations`, { vital: "sbp" })),
  );
  return rows.map((row, i) => systolicCourse(row, ms(dosed[i].dosed_at)));
}

function take(id, rows) {
  addRows(historyOf(id), rows);
  arrivals.value++;
}

function iso(time) {
  return time == null ? undefined : new Date(time).toISOString();
}

const waiting = [];
let busy = false;

/** One listing at a time: charts may wait, because alarms share this connection. */
async function next() {
  if (busy) return;
  busy = true;
  while (waiting.length) await waiting.shift()();
  busy = false;
}
