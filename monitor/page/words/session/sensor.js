// The status that a device reports of itself, for the place beside its vital sign. Pure.

import { tr } from "../language.js";
import { DEVICE_WORDS } from "../strings.js";

const MEASURES = { hr: "heart_rate", bp: "cuff", temp: "thermometer" };
const LOW_PERCENT = 20;

/**
 * [{text, bad}] of the devices of this vital sign: "battery 80 %", "battery low, 12 %", "no skin
 * contact". The contact of a device is irrelevant to a value that a person typed.
 */
export function sensor({ devices = {}, sensors = {}, vitals = {} }, code) {
  const typed = Boolean(vitals[code === "bp" ? "sbp" : code]?.typed);
  const mine = Object.keys(devices).filter((id) => devices[id] === MEASURES[code]);
  return mine.flatMap((id) => {
    const name = mine.length > 1 ? `${id}: ` : "";
    return says(sensors[id] ?? {}, code, typed).map(({ text, bad }) => ({ text: name + text, bad }));
  });
}

function says({ battery = null, no_contact_since: off = null }, code, typed) {
  const low = battery !== null && battery <= LOW_PERCENT;
  return [
    off && !typed && { text: code === "bp" ? tr`${DEVICE_WORDS.cuff} sits badly` : tr`no skin contact`, bad: true },
    battery !== null && { text: low ? tr`battery low, ${battery} %` : tr`battery ${battery} %`, bad: low },
  ].filter(Boolean);
}
