// Whether the server is still heard. Pure: monotonic milliseconds are passed in.
//
// The server speaks at least every two seconds. Two such intervals without a word and the page
// must hide its numbers, whatever the socket believes about itself: a half-open connection looks
// connected for minutes.

export const LOST_AFTER_MS = 4000;

/**
 * heardAt    when the last message came, or when the first connection was begun
 * known      a snapshot has come since the last loss, so there is something true to show
 * lostSince  null while the link is well
 */
export function begin(now) {
  return { heardAt: now, known: false, lostSince: null };
}

/** A message came. Only a snapshot uncovers what a loss has covered. */
export function heard(watch, now, isSnapshot) {
  const known = watch.known || isSnapshot;
  return { heardAt: now, known, lostSince: known ? null : watch.lostSince };
}

/** Time passed. */
export function look(watch, now) {
  if (watch.lostSince !== null || now - watch.heardAt <= LOST_AFTER_MS) return watch;
  return { ...watch, known: false, lostSince: watch.heardAt };
}

/** The computer slept: the monotonic clock may have stood still, so nothing shown is known. */
export function slept(watch, now) {
  return { ...watch, known: false, lostSince: watch.lostSince ?? now };
}

/** "waiting" before the first snapshot, "live", or "lost". */
export function linkState(watch) {
  if (watch.lostSince !== null) return "lost";
  return watch.known ? "live" : "waiting";
}

/** How long to wait before the nth try: doubling to five seconds, half of it by chance. */
export function retryDelay(attempt, random) {
  const most = Math.min(5000, 250 * 2 ** Math.min(attempt, 10));
  return most / 2 + (most / 2) * random;
}
