// A row of the audit in words. Pure.

import { tr } from "../language.js";

/** action -> the words after the user's name; "%" is the object of the act. */
const DID = {
  signed_in: tr`signed in`,
  signed_out: tr`signed out`,
  sign_in_ended: tr`ended the sign-in of %`,
  sign_in_failed: tr`tried in vain to sign in as %`,
  password_confirmed: tr`gave the password again`,
  user_added: tr`added the user %`,
  user_changed: tr`changed the user %`,
  user_phone_changed: tr`changed the telephone of %`,
  patient_added: tr`added the patient %`,
  patient_corrected: tr`corrected the patient %`,
  device_added: tr`added the device %`,
  device_changed: tr`changed the device %`,
  device_deactivated: tr`deactivated the device %`,
  device_activated: tr`activated the device %`,
  device_credentials_renewed: tr`gave the device % a new password`,
  contact_added: tr`added the contact %`,
  contact_changed: tr`changed the contact %`,
  contact_removed: tr`removed the contact %`,
  contact_confirmed: tr`confirmed that tests arrive at the contact %`,
  test_notice_sent: tr`sent a test notice`,
  browser_added: tr`has a browser told with its tab closed`,
  browser_removed: tr`ended what a browser is told`,
  protocol_saved: tr`saved the protocol %`,
  backup_made: tr`copied the database`,
  database_restored: tr`put a copy in the place of the database`,
  emergency_read: tr`was shown whom to reach and where: %`,
  record_read: tr`read the record of %`,
  contacts_read: tr`read the contacts`,
  audit_read: tr`read this list`,
};
const NOBODY = { sign_in_failed: tr`a name that is no user’s`, emergency_read: tr`all open sessions` };

/** Who acts without a user, as the audit names them. */
export const NO_USERS = ["the command line", "the service", "not signed in"];

/** The act, without the user. */
export function deed({ action, object }) {
  const words = DID[action] ?? `${action.replaceAll("_", " ")} %`;
  return words.replace("%", () => object || NOBODY[action] || "").trim();
}

/** The other contents of the row: old and new values, a reason, a number. */
export function circumstances({ detail }) {
  const { before, after, ...rest } = detail;
  const changed = Object.entries(after ?? {})
    .filter(([name, value]) => !before || text(before[name]) !== text(value))
    .map(([name, value]) => `${name}: ${before ? `${text(before[name])} \u2192 ` : ""}${text(value)}`);
  const others = Object.entries(rest).map(([name, value]) => `${name}: ${text(value)}`);
  return [...changed, ...others].join("; ").replaceAll("_", " ");
}

function text(value) {
  if (value === null || value === undefined || value === "") return tr`none`;
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

/** A day of the reader, "2026-11-23", in the form that the listing takes; {}: any day. */
export function within(day) {
  if (!day) return {};
  const since = new Date(`${day}T00:00`);
  const until = new Date(since);
  until.setDate(until.getDate() + 1);
  return { since: since.toISOString(), until: until.toISOString() };
}
