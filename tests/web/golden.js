// The golden live messages, against which the service's codecs are tested, as the page gets them.
import { readFileSync, readdirSync } from "node:fs";

const FOLDER = new URL("../golden/live/", import.meta.url);

/** One message by the name of its file; each call returns a fresh copy. */
export function golden(name) {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
}

/** All messages in the order of their numbers: one session from its beginning to its end. */
export function story() {
  const names = readdirSync(FOLDER).map((file) => file.replace(".json", ""));
  return names.map(golden).sort((a, b) => a.seq - b.seq);
}
