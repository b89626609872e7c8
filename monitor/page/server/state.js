// The server's messages, folded into one value. Pure: no DOM, no clock, no socket.

/**
 * seq         the running number of the last message; null: no snapshot yet on this connection
 * encounters  id -> status object of the contract; order: ids in the order the server gave them
 * behind      a message is missing, so the data may be incomplete: request a snapshot
 * snapshots   how many have come, of all connections
 * away        alarms in this snapshot that the page had not seen before the link was lost
 */
export const EMPTY = { seq: null, encounters: {}, order: [], behind: false, snapshots: 0, away: 0 };

/** The same data on a new connection, whose numbers start again. */
export function reconnected(state) {
  return { ...state, seq: null, behind: false };
}

/** The state after one message of `/api/v1/live`. */
export function reduce(state, message) {
  if (message.type === "snapshot") return fromSnapshot(state, message);
  if (state.seq === null) return { ...state, behind: true };
  const behind = state.behind || message.seq !== state.seq + 1;
  const next = { ...state, seq: message.seq, behind };
  if (message.type === "status") return withStatus(next, message.encounter);
  if (message.type === "alarm") return withAlarm(next, message.alarm);
  return next;
}

/** Open encounters in the server's order. */
export function open(state) {
  return state.order.map((id) => state.encounters[id]).filter((e) => e.phase !== "closed");
}

function fromSnapshot(state, message) {
  const encounters = {};
  for (const status of message.encounters) encounters[status.id] = status;
  const kept = state.order.filter((id) => id in encounters);
  const fresh = message.encounters.map((e) => e.id).filter((id) => !kept.includes(id));
  return {
    seq: message.seq,
    encounters,
    order: [...kept, ...fresh],
    behind: false,
    snapshots: state.snapshots + 1,
    away: state.order.length ? unseen(state, message.encounters) : 0,
  };
}

function withStatus(state, status) {
  const known = status.id in state.encounters;
  return {
    ...state,
    encounters: { ...state.encounters, [status.id]: status },
    order: known ? state.order : [...state.order, status.id],
  };
}

/** A transition replaces the alarm by its new form, or removes it when off. */
function withAlarm(state, alarm) {
  const encounter = state.encounters[alarm.encounter_id];
  if (!encounter) return { ...state, behind: true };
  const at = encounter.alarms.findIndex((a) => a.id === alarm.id);
  const alarms = encounter.alarms.filter((a) => a.id !== alarm.id);
  if (alarm.presence !== "off") alarms.splice(at < 0 ? alarms.length : at, 0, alarm);
  return {
    ...state,
    encounters: { ...state.encounters, [encounter.id]: { ...encounter, alarms } },
  };
}

function unseen(state, statuses) {
  const ids = (encounters) => encounters.flatMap((e) => e.alarms.map((a) => a.id));
  const known = new Set(ids(Object.values(state.encounters)));
  return ids(statuses).filter((id) => !known.has(id)).length;
}
