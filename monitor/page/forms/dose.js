// Record a dose. The gate is the server's: its open conditions are shown here while they last.

import { post } from "../server/api.js";
import { me, moment, protocol } from "../server/app.js";
import { further } from "../words/session/given.js";
import { html } from "../drawing/html.js";
import { DOSE } from "../words/forms.js";
import { unproven } from "../words/session/preflight.js";
import { sound } from "../signals/sound.js";
import { Field, ago, typed, useDraft, useSubmit } from "./form.js";
import { useOverride } from "./override.js";
import { Panel, closePanel } from "../parts/panel.js";

export function DosePanel({ encounter, onSaved }) {
  const known = protocol(encounter.protocol);
  const nasal = encounter.protocol.startsWith("esk");
  const draft = useDraft(`dose/${encounter.id}`, {
    drug: nasal ? DOSE.drugs.nasal : DOSE.drugs.other,
    route: known?.route ?? "",
    amount_mg: "",
    minutes: "",
  });
  const override = useOverride(encounter, "dose");
  const form = useSubmit(async () => {
    const { values } = draft;
    await post(`encounters/${encounter.id}/doses`, {
      drug: values.drug.trim(),
      route: values.route.trim(),
      amount_mg: typed(values.amount_mg),
      at: ago(values.minutes, moment.value),
      ...override.sent(),
    });
    draft.clear();
    closePanel();
    onSaved?.();
  }, override);
  const open = encounter.dosed_at ? "" : unproven(encounter, sound.value, moment.value, me.value.linksStay);
  return html`<${Panel} title=${DOSE.title} act=${DOSE.act} ...${form} gate=${override.gate} past=${override.past}>
    ${open && html`<p>${open}</p>`}
    ${encounter.dosed_at && html`<p>${further(encounter)}</p>`}
    <div class="pair two">
    <${Field} draft=${draft} name="drug" label=${DOSE.medicine} required />
    <${Field} draft=${draft} name="route" label=${DOSE.route} required />
    <${Field} draft=${draft} name="amount_mg" label=${DOSE.amount} unit=${DOSE.mg} inputmode="decimal"
      placeholder=${DOSE.typeIt} pattern="[0-9]+([.,][0-9]+)?" required autofocus />
    <${Field} draft=${draft} name="minutes" label=${DOSE.taken} unit=${DOSE.ago} type="number"
      min="0" max="30" placeholder="0" />
    </div>
    <small>${DOSE.stays}</small>
  <//>`;
}
