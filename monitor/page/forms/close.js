// Close a session. Before any dose a reason is enough; after one the discharge gate decides, and
// a person confirms that the patient is awake: no device measures that.

import { post } from "../server/api.js";
import { html } from "../drawing/html.js";
import { CLOSE } from "../words/forms.js";
import { useState } from "../vendor/preact-hooks.js";
import { Tick, useSubmit } from "./form.js";
import { useOverride } from "./override.js";
import { Panel, closePanel } from "../parts/panel.js";

const AWAKE = { id: "alert", text: CLOSE.notConfirmed(CLOSE.awake) };

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
  return html`<${Panel} title=${CLOSE.title} act=${CLOSE.act} ...${form} gate=${override.gate} past=${override.past}>
    <p>${undosed ? CLOSE.undosed : CLOSE.dosed}</p>
    ${!undosed && html`<${Tick} draft=${draft} name="alert" label=${CLOSE.awake} />`}
  <//>`;
}
