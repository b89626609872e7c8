// Close a session. Before any dose a reason is enough; after one the discharge gate decides, and
// a person confirms that the patient is awake: no device measures that.

import { post } from "../server/api.js";
import { html } from "../parts/html.js";
import { useState } from "../vendor/preact-hooks.js";
import { Tick, useSubmit } from "./form.js";
import { useOverride } from "./override.js";
import { Panel, closePanel } from "../parts/panel.js";

const SAID = "The patient is awake and answers";
const AWAKE = { id: "alert", text: `${SAID}: not confirmed.` };

export function ClosePanel({ encounter }) {
  const undosed = encounter.dosed_at === null;
  // Not kept past Cancel: a patient who was awake then may sleep by now.
  const [alert, setAlert] = useState(false);
  const draft = { values: { alert }, set: (_name, ticked) => setAlert(ticked) };
  const override = useOverride(encounter, "close", undosed ? [] : [{ ...AWAKE, holds: alert }]);
  const form = useSubmit(async () => {
    const said = undosed ? {} : { alert };
    await post(`encounters/${encounter.id}/close`, { ...said, ...override.sent() });
    closePanel();
    location.hash = `#/report/${encodeURIComponent(encounter.id)}`;
  }, override);
  return html`<${Panel} title="Close this session" act="Close session" ...${form} gate=${override.gate} past=${override.past}>
    <p>
      ${undosed
        ? "No dose was recorded. Say why the session ends."
        : "Its devices will be released. The record stays."}
    </p>
    ${!undosed && html`<${Tick} draft=${draft} name="alert" label=${SAID} />`}
  <//>`;
}
