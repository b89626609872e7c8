// A stricter limit for this session, or the end of one. A looser one than applies is refused.

import { post } from "../server/api.js";
import { html } from "../parts/html.js";
import { PRIORITIES, VITAL_NAMES } from "../words/strings.js";
import { Choice, Field, typed, useDraft, useSubmit } from "./form.js";
import { Panel, closePanel } from "../parts/panel.js";

const VITALS = ["sbp", "dbp", "hr", "temp"].map((vital) => [vital, VITAL_NAMES[vital]]);
const DIRECTIONS = [
  ["high", "At or above"],
  ["low", "Below"],
];
const ALARMS = ["medium", "high", "low"].map((priority) => [priority, PRIORITIES[priority]]);
const UNITS = { sbp: "mmHg", dbp: "mmHg", hr: "/min", temp: "\u00b0C" };

export function LimitPanel({ encounter, onSaved }) {
  const draft = useDraft(`limit/${encounter.id}`, {});
  const { vital = "sbp", direction = "high", priority = "medium" } = draft.values;
  const form = useSubmit(async () => {
    const { value, reason } = draft.values;
    await post(`encounters/${encounter.id}/limits`, {
      vital,
      direction,
      priority,
      value: typed(value) ?? null,
      reason: reason.trim(),
    });
    draft.clear();
    closePanel();
    onSaved?.();
  });
  return html`<${Panel} title="Limit for this session" act="Set limit" ...${form}>
    <${Choice} draft=${draft} name="vital" label="Vital sign" options=${VITALS} autofocus />
    <${Choice} draft=${draft} name="direction" label="Alarm" options=${DIRECTIONS} />
    <${Field} draft=${draft} name="value" label="Limit" unit=${UNITS[vital]} inputmode="decimal"
      pattern="[0-9]+([.,][0-9]+)?" placeholder="empty takes it back" />
    <${Choice} draft=${draft} name="priority" label="Priority" options=${ALARMS} />
    <${Field} draft=${draft} name="reason" label="Reason" required />
    <small>The strictest of all limits applies; the protocol\u2019s cannot be loosened.</small>
  <//>`;
}
