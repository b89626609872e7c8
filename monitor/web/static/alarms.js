// Which alarms share a line, and which line stands first. Pure.

const PRIORITY = { high: 0, medium: 1, low: 2 };
const PRESENCE = { on: 0, latched: 1, acknowledged: 2 };
const GROUP = { hr: "hr", sbp: "bp", dbp: "bp", map: "bp", temp: "temp" };

/** The vital sign that an alarm is about, the three pressures being one; null: none. */
export function vitalOf(alarm) {
  if (alarm.vital) return GROUP[alarm.vital] ?? alarm.vital;
  return alarm.condition === "bp_overdue" ? "bp" : null;
}

/** Worst first: priority, then who waits for a person, then the older. */
export function worse(a, b) {
  return (
    PRIORITY[a.priority] - PRIORITY[b.priority] ||
    PRESENCE[a.presence] - PRESENCE[b.presence] ||
    Date.parse(a.onset) - Date.parse(b.onset)
  );
}

export function waits(alarm) {
  return alarm.presence === "on" || alarm.presence === "latched";
}

/** What nobody has acknowledged stands before what somebody has, advice (low) excepted. */
function sooner(a, b) {
  const urgent = (alarm) => (waits(alarm) && alarm.priority !== "low" ? 0 : 1);
  return urgent(a) - urgent(b) || worse(a, b);
}

/**
 * The lines of the alarm bar, the most urgent first.
 *
 * Alarms of one session and one vital sign share a line: {key, encounter, vital, alarms, lead,
 * waiting}. `lead` gives the line its colour and shape: the worst that nobody has acknowledged, or
 * the worst when all are. `waiting` are the ids that its button acknowledges.
 */
export function lines(encounters) {
  return encounters
    .flatMap(linesOf)
    .sort((a, b) => sooner(a.lead, b.lead) || (a.key < b.key ? -1 : 1));
}

export function linesOf(encounter) {
  const groups = new Map();
  for (const alarm of encounter.alarms) {
    if (!(alarm.presence in PRESENCE)) continue;
    const key = `${encounter.id}/${vitalOf(alarm) ?? alarm.id}`;
    groups.set(key, [...(groups.get(key) ?? []), alarm]);
  }
  return [...groups].map(([key, members]) => line(key, encounter, members));
}

/** The worst alarm of one session, or of one vital sign in it; null: none stands. */
export function worst(encounter, vital) {
  const standing = encounter.alarms.filter(
    (a) => a.presence in PRESENCE && (vital === undefined || vitalOf(a) === vital),
  );
  return standing.sort(worse)[0] ?? null;
}

/**
 * The worst alarm that the number shown of a vital sign is the cause of; null: none is.
 *
 * An alarm is told before the status that brings its value: until then the number on the page is
 * from before the onset, and no box belongs around it.
 */
export function breaking(encounter, code) {
  const alarm = worst(encounter, code);
  if (alarm?.kind !== "physiological" || alarm.presence === "latched") return null;
  const shown = (code === "bp" ? ["sbp", "dbp", "map"] : [code]).map((v) => encounter.vitals[v]);
  const since = Date.parse(alarm.onset);
  return shown.some((v) => v && Date.parse(v.effective) >= since) ? alarm : null;
}

/** Whether an alarm wants to be heard now: latched ones only when they were high. */
export function sounds(alarm) {
  return alarm.presence === "on" || (alarm.presence === "latched" && alarm.priority === "high");
}

function line(key, encounter, members) {
  const alarms = [...members].sort(worse);
  const waiting = alarms.filter(waits);
  return {
    key,
    encounter,
    vital: vitalOf(alarms[0]),
    alarms,
    lead: waiting[0] ?? alarms[0],
    waiting: waiting.map((a) => a.id),
  };
}
