// Whether this browser receives notices while no tab of the page is open, and its subscription.

import { Refusal, get, post } from "./api.js";
import { REFUSALS } from "../words/clinic/refused.js";

/** Possible only if the page came by TLS (or from this machine) and the browser supports it. */
export function possible() {
  return isSecureContext && "serviceWorker" in navigator && "PushManager" in self;
}

/** Whether it is subscribed now, for the signed-in user. The service is notified again: it may
    have forgotten this. The subscription of another user of this browser stays theirs. */
export async function subscribed() {
  if (!possible()) return false;
  const subscription = await current();
  return subscription !== null && (await mine(subscription));
}

/** False: the service has it as another user's. */
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

/** Ask the person and the browser's maker; notify the service. Throws a sentence. */
export async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") {
    throw new Error(REFUSALS.notifications);
  }
  const registration = await navigator.serviceWorker.register("push-worker.js");
  await navigator.serviceWorker.ready;
  const { key } = await get("push");
  const asked = () =>
    registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }).catch(() => {
      throw new Error(REFUSALS.pushService);
    });
  const subscription = await asked();
  if (await mine(subscription)) return;
  // The previous user of this browser gets no more notices here: a browser has one subscription
  // per page.
  await subscription.unsubscribe();
  await tell(await asked());
}

/** Also at a sign-out: the next user of this browser may be another person. */
export async function unsubscribe() {
  const subscription = possible() && (await current());
  if (!subscription) return;
  await post("push/end", { endpoint: subscription.endpoint });
  await subscription.unsubscribe();
}
