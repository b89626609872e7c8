// The notices to people elsewhere, one row for each round to one person. Pure.

import { tr } from "../language.js";
import { noticeSteps } from "../clinic/notices.js";
import { PRIORITIES, capital } from "../strings.js";
import { ms } from "../time.js";

/**
 * [{at, to, by, of, fate}] in the order of time: one message went out by each channel, and one for each
 * alarm of a rise. notices: of a session; names: alarm id -> its name.
 */
export function roundsOf(notices, names) {
  const groups = new Map();
  for (const n of [...notices].sort((a, b) => ms(a.queued_at) - ms(b.queued_at))) {
    const key = [Math.floor(ms(n.queued_at) / 1000), n.contact_id, n.purpose, n.priority, n.round].join("/");
    groups.set(key, [...(groups.get(key) ?? []), n]);
  }
  return [...groups.values()].map((all) => ({
    at: ms(all[0].queued_at), to: all[0].contact, by: each(all, (n) => n.channel).join(", "),
    of: about(all, names), fate: fate(all, names),
  }));
}

const each = (all, what) => [...new Set(all.map(what))].filter(Boolean);

function about(all, names) {
  const [{ purpose, priority, round }] = all;
  if (purpose === "test") return tr`A test`;
  const mine = each(all, (n) => names.get(n.alarm));
  const what = tr`${PRIORITIES[priority] ?? capital(priority)} alarm${round > 1 ? tr`, notice ${round}` : ""}`;
  return mine.length ? `${what}: ${mine.join("; ")}` : what;
}

/**
 * The result of a round: once if it was the same everywhere; else by channel, and by alarm if
 * that differs.
 */
function fate(all, names) {
  const found = each(all, noticeSteps);
  if (found.length < 2) return found.join();
  const parts = found.map((said) => ({ said, of: all.filter((n) => noticeSteps(n) === said) }));
  const channels = parts.map(({ of }) => each(of, (n) => n.channel).join(", "));
  const apart = new Set(channels).size === parts.length;
  return parts
    .map(({ said, of }, i) => `${apart ? channels[i] : [channels[i], ...each(of, (n) => names.get(n.alarm))].join(", ")}: ${said}`)
    .join("; ");
}
