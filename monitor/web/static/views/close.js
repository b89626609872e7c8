// Close a session. Before any dose a reason is enough; after one the discharge gate decides.

import { post } from "../api.js";
import { html } from "../html.js";
import { Tick, useDraft, useSubmit } from "./form.js";
import { useOverride } from "./override.js";
import { Panel, closePanel } from "./panel.js";

export function ClosePanel({ encounter }) {
  const draft = useDraft(`close/${encounter.id}`, {});
  const override = useOverride(encounter, "close");
  const form = useSubmit(async () => {
    const alert = draft.values.alert ? { alert: true } : {};
    await post(`encounters/${encounter.id}/close`, { ...alert, ...override.sent() });
    draft.clear();
    closePanel();
    location.hash = `#/report/${encodeURIComponent(encounter.id)}`;
  }, override);
  const undosed = encounter.dosed_at === null;
  return html`<${Panel} title="Close this session" act="Close session" ...${form} gate=${override.gate} past=${override.past}>
    <p>
      ${undosed
        ? "No dose was recorded. Say why the session ends."
        : "Devices are released. The record stays."}
    </p>
    ${!undosed && html`<${Tick} draft=${draft} name="alert" label="The patient is awake and answers" />`}
  <//>`;
}
