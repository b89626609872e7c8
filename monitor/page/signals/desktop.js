// A word on the desktop while nobody can see the page: who, and how urgent; never a value.
//
// It helps whoever looks at another window. It is no notice that anybody may rely on: a browser
// shows it when it pleases, and says nothing when it does not.

const open = new Map();

/** To be called from a press: browsers ask the person then, once. */
export async function allow() {
  if (globalThis.Notification?.permission === "default") await Notification.requestPermission();
}

/** What is said now, by key. */
export function said() {
  return [...open.values()].map((note) => note.title);
}

/**
 * One a key: a newer takes the place of the older.
 * @param {string} key
 * @param {string} title
 * @param {{stays?: boolean, onPress?: () => void}} more `stays`: until somebody closes it
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
    // Some browsers know notifications of service workers only.
  }
}

/** Somebody sees the page again. */
export function hush() {
  for (const note of open.values()) note.close();
  open.clear();
}
