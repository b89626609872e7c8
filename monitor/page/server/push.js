// Whether this browser is told although no tab of the page is open, and asking it to be.

import { Refusal, get, post } from "./api.js";

/** Only where the page came by TLS (or from this machine) and the browser can. */
export function possible() {
  return isSecureContext && "serviceWorker" in navigator && "PushManager" in self;
}

/** Is it now, for whoever is signed in here? Said to the service again: it may be forgotten there.
    Somebody else's who used this browser stays theirs. */
export async function subscribed() {
  if (!possible()) return false;
  const subscription = await current();
  return subscription !== null && (await mine(subscription));
}

/** False: the service has it as somebody else's. */
async function mine(subscription) {
  try {
    await tell(subscription);
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) return false;
    throw error;
  }
}

async function current() {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

function tell(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  return post("push", { endpoint, keys });
}

/** Ask the person and the browser's maker; tell the service. Throws a sentence. */
export async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") {
    throw new Error("The browser was told not to show notifications.");
  }
  const registration = await navigator.serviceWorker.register("push-worker.js");
  await navigator.serviceWorker.ready;
  const { key } = await get("push");
  const asked = () =>
    registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }).catch(() => {
      throw new Error("The browser’s push service cannot be reached.");
    });
  const subscription = await asked();
  if (await mine(subscription)) return;
  // Who used this browser before is told here no more: a browser has one subscription for a page.
  await subscription.unsubscribe();
  await tell(await asked());
}

/** Also when somebody signs out: the next at this browser may be somebody else. */
export async function unsubscribe() {
  const subscription = possible() && (await current());
  if (!subscription) return;
  await post("push/end", { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
}
