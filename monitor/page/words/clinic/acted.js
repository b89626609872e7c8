// A row of the audit in words. Pure.

/** action -> the words after the user's name; "%" is the object of the act. */
const DID = {
  signed_in: "signed in",
  signed_out: "signed out",
  sign_in_ended: "ended the sign-in of %",
  sign_in_failed: "tried in vain to sign in as %",
  password_confirmed: "gave the password again",
  user_added: "added the user %",
  user_changed: "changed the user %",
  user_phone_changed: "changed the telephone of %",
  patient_added: "added the patient %",
  patient_corrected: "corrected the patient %",
  device_added: "added the device %",
  device_changed: "changed the device %",
  device_deactivated: "deactivated the device %",
  device_activated: "activated the device %",
  device_credentials_renewed: "gave the device % a new password",
  contact_added: "added the contact %",
  contact_changed: "changed the contact %",
  contact_removed: "removed the contact %",
  contact_confirmed: "confirmed that tests arrive at the contact %",
  test_notice_sent: "sent a test notice",
  browser_added: "has a browser told with its tab closed",
  browser_removed: "ended what a browser is told",
  protocol_saved: "saved the protocol %",
  backup_made: "copied the database",
  database_restored: "put a copy in the place of the database",
  emergency_read: "was shown whom to reach and where: %",
  record_read: "read the record of %",
  contacts_read: "read the contacts",
  audit_read: "read this list",
};
const NOBODY = { sign_in_failed: "a name that is no user’s", emergency_read: "all open sessions" };

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
  if (value === null || value === undefined || value === "") return "none";
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
