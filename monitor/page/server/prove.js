// The repeated request for the password before an act: the sign-in was long ago, or a new
// password is required. The act waits for the answer and is then carried out.

import { signal } from "../vendor/signals.js";

/** The service's code of the request: "password_again", "new_password"; null: no request. */
export const wanted = signal(null);
export const CODES = ["password_again", "new_password"];

let waiting = null;

/** Ask, and return whether it was given; acts at the same time wait for the same answer. */
export function ask(code) {
  wanted.value = code;
  if (!waiting) {
    let answer;
    const promise = new Promise((resolve) => (answer = resolve));
    waiting = { promise, answer };
  }
  return waiting.promise;
}

/** The password was given, or the person declined. */
export function settle(given) {
  waiting?.answer(given);
  waiting = null;
  wanted.value = null;
}
