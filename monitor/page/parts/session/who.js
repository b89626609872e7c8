// The patient, in quiet type, beside the doses: age and risks, because the limits depend on both.

import { get } from "../../server/api.js";
import { html } from "../html.js";
import { who } from "../../words/session/patient.js";
import { useEffect, useState } from "../../vendor/preact-hooks.js";

export function Who({ encounter }) {
  const [risks, setRisks] = useState({});
  useEffect(() => {
    const keep = ({ risk_factors: known }) => setRisks(Object.fromEntries(known.map((r) => [r.id, r.text])));
    get("vocabulary").then(keep, () => {});
  }, []);
  return html`<span class="patient quiet" role="group" aria-label="Age and risks">${who(encounter, risks)}</span>`;
}
