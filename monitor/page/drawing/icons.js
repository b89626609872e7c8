// Small drawings. All are hidden from assistive technology: the word beside them has the meaning.
import { html } from "./html.js";

const SHAPES = {
  high: "M8 2 15 14.5H1Z",
  medium: "M8 1 15 8 8 15 1 8Z",
  low: "M8 2a6 6 0 1 1 0 12A6 6 0 1 1 8 2Z",
};
const ARROWS = {
  rising: "M3 11 11 3M5 3h6v6",
  falling: "M3 3 11 11M11 5v6H5",
  steady: "M1 7h11M8 3l4 4-4 4",
};

const icon = (size, body, name = "") => html`
  <svg class=${`icon ${name}`} viewBox=${`0 0 ${size} ${size}`} aria-hidden="true">${body}</svg>
`;

/** The shape of a priority: filled for the patient, hollow for equipment. */
export const Shape = ({ priority, kind }) =>
  icon(16, html`<path class=${kind === "technical" ? "hollow" : "filled"} d=${SHAPES[priority]} />`);

export const Arrow = ({ trend }) =>
  trend in ARROWS
    ? icon(14, html`<path class="stroke" d=${ARROWS[trend]} />`, "arrow")
    : null;

export const Speaker = ({ on }) =>
  icon(
    16,
    html`<path class="filled" d="M1 5.5h3L8 2.5v11L4 10.5H1Z" />
      <path
        class="stroke"
        d=${on ? "M10.5 5.5a3.5 3.5 0 0 1 0 5M12.5 3.5a6.4 6.4 0 0 1 0 9" : "M10.5 6l4 4m0-4-4 4"}
      />`,
    "speaker",
  );

export const Back = () => icon(16, html`<path class="stroke" d="M10 3 5 8l5 5" />`);
export const OpenRing = () => icon(16, html`<circle class="stroke" cx="8" cy="8" r="5.5" />`, "ring");
export const Dash = () => icon(16, html`<path class="stroke" d="M3 8h10" />`, "dash");
export const CheckMark = () => icon(16, html`<path class="stroke" d="M3 8.5 6.5 12 13 4.5" />`, "tick");
