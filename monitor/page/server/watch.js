// Whether the server still sends. Pure: monotonic milliseconds are passed in.
//
// The server sends at least every two seconds. After two such intervals without a message the
// page must hide its numbers, regardless of the state of the socket: a half-open connection looks
// connected for minutes.

export const LOST_AFTER_MS = 4000;

/**
 * heardAt    when the last message came, or when the first connection was begun
 * known      a snapshot has come since the last loss, so there is valid data to show
 * lostSince  null while the link is well
 */
export function begin(now) {
  return { heardAt: now, known: false, lostSince: null };
}

/** A message came. Only a snapshot uncovers the view that a loss has covered. */
export function heard(watch, now, isSnapshot) {
  const known = watch.known || isSnapshot;
  return { heardAt: now, known, lostSince: known ? null : watch.lostSince };
}

/** Time passed. */
export function look(watch, now) {
  if (watch.lostSince !== null || now - watch.heardAt <= LOST_AFTER_MS) return watch;
  return { ...watch, known: false, lostSince: watch.heardAt };
}

/**
 * The computer slept: the monotonic clock may have stopped, so the shown values are not known to
 * be new.
 */
export function slept(watch, now) {
  return { ...watch, known: false, lostSince: watch.lostSince ?? now };
}

/** "waiting" before the first snapshot, "live", or "lost". */
export function linkState(watch) {
  if (watch.lostSince !== null) return "lost";
  return watch.known ? "live" : "waiting";
}

/** The wait before the nth try: doubling up to five seconds, half of it random. */
export function retryDelay(attempt, random) {
  const most = Math.min(5000, 250 * 2 ** Math.min(attempt, 10));
  return most / 2 + (most / 2) * random;
}
