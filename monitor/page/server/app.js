// The page's state as signals, and the only place where outside data reaches it.

import { viewOf } from "./address.js";
import { draftsOf } from "./drafts.js";
import { Link } from "./link.js";
import { Refusal, get, list, liveUrl, post } from "./api.js";
import { EMPTY, open, reconnected, reduce } from "./state.js";
import { UNHEARD, hear, ms, serverNow } from "../words/time.js";
import { attend, audible } from "../signals/sound.js";
import { flashing, gravity, lines, sounds, worse, worstAlarm } from "../words/alarms/alarms.js";
import { unsubscribe } from "./push.js";
import { hush, say } from "../signals/desktop.js";
import { flash } from "../signals/flash.js";
import { LOST, alarmOf } from "../words/frame.js";
import { label, learnVitals } from "../words/strings.js";
import { computed, signal } from "../vendor/signals.js";

/** {state: "unknown" | "out" | "must" (set a new password) | "in", name, role: "viewer" |
    "therapist" | "admin" | null,
    identity?: the broker authenticates devices, linksStay?: see unnotified.js} */
export const me = signal({ state: "unknown", name: "", role: null });
/**
 * Whether this person may act; the server decides, the page only offers no more than the server
 * grants.
 */
export const acts = computed(() => me.value.role !== "viewer");
export const live = signal(EMPTY);
/** {state: "waiting" | "live" | "lost", lostSince, retryAt}, monotonic milliseconds */
export const link = signal({ state: "waiting", lostSince: null, retryAt: null });
/** Why the server has no seat for this page, and the remedy; "" if that is not the reason. */
export const noSeat = signal("");
/** The server's time in ms, updated when its second changes; null before the first message. */
export const moment = signal(null);
export const speed = signal(1);
export const protocols = signal([]);
export const route = signal(viewOf(location.hash));

/**
 * Ids of alarms that began or became worse while the page was hidden, until a person presses
 * "Seen".
 */
export const missedAlarms = signal(new Set());

export const sessions = computed(() => open(live.value));
export const alarmLines = computed(() => lines(sessions.value));

const PUBLISH_MS = 100;
const TICK_MS = 250;
const LINK_LOST = { priority: "high", kind: "technical" };

let clock = UNHEARD;
let newest = EMPTY;
let publishing = null;
let connection = null;
const shown = new Set();

/** Add the listeners of the page; called once. */
export function addPageListeners() {
  addEventListener("hashchange", () => {
    route.value = viewOf(location.hash);
    scrollTo(0, 0);
  });
  setInterval(tick, TICK_MS);
  document.addEventListener("visibilitychange", () => document.hidden || hush());
}

/** Find out whether the person is signed in, and start. */
export async function start() {
  if (await signedIn()) enter();
}

/** Connect after a sign-in, or when an earlier one is still valid. */
export function enter() {
  me.value = { ...me.value, state: "in" };
  connection ??= new Link({
    url: liveUrl(),
    onMessage: receive,
    onOpen: () => (newest = reconnected(newest)),
    onChange: follow,
    mayConnect,
  });
  connection.start();
}

/**
 * A browser does not report to a page why its socket was refused: the server reports it here as
 * well.
 */
async function mayConnect() {
  if (!(await signedIn())) return false;
  const refused = await get("seat").then(() => null, (error) => error);
  noSeat.value = refused instanceof Refusal && refused.status === 503 ? refused.message : "";
  return true;
}

function follow(next) {
  if (next.state === "lost" && link.value.state !== "lost" && document.hidden) {
    say("link", LOST.title, { stays: true });
  }
  if (!same(link.value, next)) link.value = next;
}

export function tryNow() {
  connection?.again();
}

/** Report to the server that these alarms are on a page that a person can see. */
export function report(alarms) {
  if (document.visibilityState !== "visible") return;
  for (const { id, presence } of alarms) {
    if (presence !== "on" || shown.has(id)) continue;
    shown.add(id);
    connection?.send({ type: "shown", alarm: id });
  }
}

export function protocol(id) {
  return protocols.value.find((p) => p.id === id) ?? null;
}

function receive(message, now) {
  newest = reduce(newest, message);
  if (message.server_time) {
    clock = hear(clock, ms(message.server_time), message.speed ?? speed.value, now);
    speed.value = clock.speed;
  }
  if (message.type === "heartbeat") {
    const visible = document.visibilityState === "visible";
    connection.send({ type: "presence", visible, audible: audible() });
  }
  if (message.type === "snapshot") {
    learnVitals(message.vital_signs);
    if (!protocols.value.length) loadProtocols();
  }
  if (message.type === "person") me.value = { ...me.value, role: message.role };
  if (message.type === "status") publishing ??= setTimeout(publish, PUBLISH_MS);
  else publish();
  if (message.type === "alarm") transition(message);
  return newest.behind;
}

function transition({ transition: change, alarm }) {
  if (change === "raised") shown.delete(alarm.id);
  if (!document.hidden || !["raised", "escalated"].includes(change)) return;
  missedAlarms.value = new Set([...missedAlarms.value, alarm.id]);
  const encounter = newest.encounters[alarm.encounter_id];
  const lead = encounter && worstAlarm(encounter);
  const priority = lead ? gravity(lead) : "low";
  if (priority === "low") return;
  say(encounter.id, alarmOf(priority, label(encounter)), {
    stays: priority === "high",
    onPress: () => (location.hash = `#/session/${encodeURIComponent(encounter.id)}`),
  });
}

/** Tried again with every snapshot until it succeeds. */
function loadProtocols() {
  list("protocols").then((items) => (protocols.value = items), () => {});
}

function publish() {
  clearTimeout(publishing);
  publishing = null;
  if (live.value !== newest) live.value = newest;
  tick();
}

/** Runs with every message too: a hidden tab's timers are slowed, its messages are not. */
function tick() {
  const now = performance.now();
  const server = serverNow(clock, now);
  const second = (t) => (t === null ? null : Math.floor(t / 1000));
  if (second(server) !== second(moment.value)) moment.value = server;
  const lost = me.value.state === "in" && link.value.state === "lost";
  attend(lost ? LINK_LOST : loudest(server), now);
  flash(lost ? ["high"] : flashing(alarmLines.value));
}

/** The alarm that should sound now: the worst whose session's sound is not paused. */
function loudest(server) {
  const heard = sessions.value
    .filter((e) => !(e.audio_paused_until && ms(e.audio_paused_until) > server))
    .flatMap((e) => e.alarms.filter(sounds));
  const [first] = heard.sort(worse);
  return first ? { priority: gravity(first), kind: first.kind } : null;
}

/** False only when the server answers so (or requires a new password first): an unreachable
    server is no sign-out. */
export async function signedIn() {
  try {
    const { user, role, service, must_change_password: must } = await get("me");
    if (must) {
      me.value = { ...me.value, state: "must", name: user, role: null };
      return false;
    }
    const { device_identity: identity, links_stay_here: linksStay } = service;
    draftsOf(user);
    me.value = { ...me.value, name: user, role, identity, linksStay };
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) {
      me.value = { state: "out", name: me.value.name, role: null };
      return false;
    }
  }
  return true;
}

export async function signOut() {
  await unsubscribe().catch(() => {});
  await post("logout").catch(() => {});
  connection?.stop();
  live.value = newest = EMPTY;
  draftsOf("");
  me.value = { state: "out", name: "", role: null };
}

function same(a, b) {
  return a.state === b.state && a.lostSince === b.lostSince && a.retryAt === b.retryAt;
}
