// The live messages that the service's codecs are held to, as the page meets them.
import { readFileSync, readdirSync } from "node:fs";

const FOLDER = new URL("../golden/live/", import.meta.url);

/** One message by the name of its file, a fresh copy each time. */
export function golden(name) {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
}

/** All of them in the order of their numbers: one session told from its beginning to its end. */
export function story() {
  const names = readdirSync(FOLDER).map((file) => file.replace(".json", ""));
  return names.map(golden).sort((a, b) => a.seq - b.seq);
}
