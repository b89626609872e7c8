// The socket to the server: always trying, never trusted.
//
// `watch.js` decides whether the server is lost; this file only opens sockets, passes messages on
// and reconnects: after a close, after silence, after a missed message, and whenever the page may
// have been asleep (shown again, back online, in focus, or the wall clock jumped).

import { begin, heard, linkState, look, retryDelay, slept } from "./watch.js";

const TICK_MS = 250;
const LEAP_MS = 4000;
const QUIET_MS = 1500;
const OPENING_MS = 5000;

export class Link {
  /**
   * onMessage(message, monotonicMs)  returns true when a message is missing and a snapshot wanted
   * onOpen()                         a new connection begins: its numbers start again
   * onChange({state, lostSince, retryAt})   monotonic milliseconds
   * mayConnect()                     async; false when the person is signed out
   */
  constructor({ url, onMessage, onOpen, onChange, mayConnect }) {
    this.url = url;
    this.onMessage = onMessage;
    this.onOpen = onOpen;
    this.onChange = onChange;
    this.mayConnect = mayConnect;
    this.socket = null;
    this.attempt = 0;
    this.retryAt = null;
    this.running = false;
  }

  start() {
    this.running = true;
    this.watch = begin(performance.now());
    this.seen = { wall: Date.now(), monotonic: performance.now() };
    this.timer = setInterval(() => this.tick(), TICK_MS);
    /** @type {[EventTarget, string, (event: any) => unknown][]} */
    this.listeners = [
      [document, "visibilitychange", () => document.visibilityState === "visible" && this.again()],
      [window, "online", () => this.again()],
      [window, "pageshow", (event) => event.persisted && this.again()],
      [window, "focus", () => this.quiet() && this.again()],
    ];
    for (const [target, name, act] of this.listeners) target.addEventListener(name, act);
    this.connect();
  }

  stop() {
    this.running = false;
    clearInterval(this.timer);
    clearTimeout(this.retry);
    for (const [target, name, act] of this.listeners ?? []) target.removeEventListener(name, act);
    this.drop();
  }

  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Drop the connection and open another immediately: the way to a fresh snapshot. */
  again() {
    if (!this.running) return;
    this.attempt = 0;
    this.connect();
  }

  quiet() {
    return performance.now() - this.watch.heardAt > QUIET_MS;
  }

  connect() {
    clearTimeout(this.retry);
    this.retryAt = null;
    this.drop();
    this.openedAt = performance.now();
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => socket === this.socket && this.onOpen();
    socket.onmessage = (event) => socket === this.socket && this.receive(event.data);
    socket.onclose = () => socket === this.socket && this.closed();
    this.report();
  }

  receive(text) {
    const now = performance.now();
    const message = JSON.parse(text);
    const whole = message.type === "snapshot";
    if (whole) this.attempt = 0;
    this.watch = heard(this.watch, now, whole);
    const behind = this.onMessage(message, now);
    if (behind) this.closed();
    else this.report();
  }

  /** Closed, or as good as closed: reconnect after a while, unless the person is signed out. */
  async closed() {
    this.drop();
    const delay = retryDelay(this.attempt++, Math.random());
    this.retryAt = performance.now() + delay;
    this.report();
    this.retry = setTimeout(() => this.running && this.connect(), delay);
    if (this.running && !(await this.mayConnect())) this.stop();
  }

  tick() {
    const now = performance.now();
    const wall = Date.now();
    const leapt = wall - this.seen.wall - (now - this.seen.monotonic) > LEAP_MS;
    this.seen = { wall, monotonic: now };
    const before = linkState(this.watch);
    this.watch = leapt ? slept(this.watch, now) : look(this.watch, now);
    const opening = this.socket?.readyState === WebSocket.CONNECTING;
    const stuck = opening && now - this.openedAt > OPENING_MS;
    const newlyLost = before !== "lost" && linkState(this.watch) === "lost" && !opening;
    if (leapt || stuck || (newlyLost && this.socket)) this.again();
    else this.report();
  }

  report() {
    const { watch, retryAt } = this;
    this.onChange({ state: linkState(watch), lostSince: watch.lostSince, retryAt });
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.close();
  }
}
