// A stricter limit for this session, or the end of one. A looser one than applies is refused.

import { post } from "../server/api.js";
import { html } from "../drawing/html.js";
import { LIMIT, REASON } from "../words/forms.js";
import { UNITS } from "../words/strings.js";
import { Choice, Field, typed, useDraft, useSubmit } from "./form.js";
import { Panel, closePanel } from "../parts/panel.js";

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
  return html`<${Panel} title=${LIMIT.title} act=${LIMIT.act} ...${form}>
    <${Choice} draft=${draft} name="vital" label=${LIMIT.vital} options=${LIMIT.vitals()} autofocus />
    <${Choice} draft=${draft} name="direction" label=${LIMIT.alarm} options=${LIMIT.directions} />
    <${Field} draft=${draft} name="value" label=${LIMIT.limit} unit=${UNITS[vital]} inputmode="decimal"
      pattern="[0-9]+([.,][0-9]+)?" placeholder=${LIMIT.none} />
    <${Choice} draft=${draft} name="priority" label=${LIMIT.priority} options=${LIMIT.priorities} />
    <${Field} draft=${draft} name="reason" label=${REASON} required />
    <small>${LIMIT.strictest}</small>
  <//>`;
}
