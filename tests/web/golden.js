// The golden live messages, against which the service's codecs are tested, as the page gets them.
import { readFileSync, readdirSync } from "node:fs";

const FOLDER = new URL("../golden/live/", import.meta.url);
const read = (path) => JSON.parse(readFileSync(new URL(path, FOLDER), "utf8"));

/** A status from its file, which holds what differs from the status in `as` (golden_files.py). */
function status({ as, without = [], ...own }) {
  const all = { ...(as === "whole" ? read("../status.json") : golden(as).encounter), ...own };
  return Object.fromEntries(Object.entries(all).filter(([key]) => !without.includes(key)));
}

/** One message by the name of its file; each call returns a fresh copy. */
export function golden(name) {
  const message = read(`${name}.json`);
  if (message.encounter) message.encounter = status(message.encounter);
  if (message.encounters) message.encounters = message.encounters.map(status);
  return message;
}

/** All messages in the order of their numbers: one session from its beginning to its end. */
export function story() {
  const names = readdirSync(FOLDER).map((file) => file.replace(".json", ""));
  return names.map(golden).sort((a, b) => a.seq - b.seq);
}
