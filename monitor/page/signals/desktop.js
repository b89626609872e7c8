// A notification on the desktop while no one can see the page: who, and how urgent; never a
// value.
//
// It helps a person who looks at another window. It is no notice to rely on: a browser shows it
// when it pleases, and does not report when it does not.

const open = new Map();

/** To be called from a press: browsers then ask the person, once. */
export async function allow() {
  if (globalThis.Notification?.permission === "default") await Notification.requestPermission();
}

/** The titles that are shown now. */
export function said() {
  return [...open.values()].map((note) => note.title);
}

/**
 * Show one notification per key: a newer one replaces the older.
 * @param {string} key
 * @param {string} title
 * @param {{stays?: boolean, onPress?: () => void}} more `stays`: until the person closes it
 */
export function say(key, title, { stays = false, onPress } = {}) {
  if (globalThis.Notification?.permission !== "granted") return;
  try {
    /** @type {NotificationOptions & {renotify: boolean}} */
    const how = { tag: key, requireInteraction: stays, renotify: true };
    const note = new Notification(title, how);
    note.onclick = () => {
      window.focus();
      onPress?.();
      note.close();
    };
    note.onclose = () => open.get(key) === note && open.delete(key);
    open.set(key, note);
  } catch {
    // Some browsers have notifications of service workers only.
  }
}

/** A person sees the page again. */
export function hush() {
  for (const note of open.values()) note.close();
  open.clear();
}
