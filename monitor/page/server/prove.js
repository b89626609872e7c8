// The password, asked for again before an act: the sign-in was long ago, or a new one is wanted. The
// act waits for the answer and is then carried out.

import { signal } from "../vendor/signals.js";

/** The service's code of what is wanted: "password_again", "new_password"; null: nothing. */
export const wanted = signal(null);
export const CODES = ["password_again", "new_password"];

let waiting = null;

/** Whether it was given; acts at the same time wait for the same answer. */
export function ask(code) {
  wanted.value = code;
  if (!waiting) {
    let answer;
    const promise = new Promise((resolve) => (answer = resolve));
    waiting = { promise, answer };
  }
  return waiting.promise;
}

/** It was given, or whoever was asked would rather not. */
export function settle(given) {
  waiting?.answer(given);
  waiting = null;
  wanted.value = null;
}
