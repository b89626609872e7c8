// The service's clock, as far as this page can know it.
//
// Every age on the page is counted on the server's time. The browser's monotonic clock carries it
// from one message to the next, so a wrong or stepping wall clock has no effect. The service may
// run its clock faster (demo), so a heartbeat also contains the speed.

/** @typedef {{offset: number|null, speed: number}} Clock  offset: server ms at monotonic 0 */

/** @type {Clock} */
export const UNHEARD = { offset: null, speed: 1 };

const STEP_MS = 5000;

/**
 * Take in one server time. A message can only arrive late, never early, so the largest offset is
 * the best one, and errs towards showing things older. A lower one is followed slowly (the
 * browser's oscillator drifts), or immediately if it is so low that the server's clock was set
 * back.
 */
export function hear(clock, serverMs, speed, monotonicMs) {
  const offset = serverMs - monotonicMs * speed;
  if (clock.offset === null || speed !== clock.speed) return { offset, speed };
  const behind = clock.offset - offset;
  if (behind <= 0 || behind > STEP_MS * speed) return { offset, speed };
  return { offset: clock.offset - behind * 0.02, speed };
}

/** The server's time now in epoch ms; null before the first message. */
export function serverNow(clock, monotonicMs) {
  return clock.offset === null ? null : clock.offset + monotonicMs * clock.speed;
}

/** Epoch ms of an ISO time; null for null. */
export function ms(iso) {
  return iso == null ? null : Date.parse(iso);
}
