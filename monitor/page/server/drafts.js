// Text that was typed and not sent yet, by the name of its form; of one person.

/** name of a form -> signal of its values */
export const drafts = new Map();

let owner = "";

/** Set the signed-in person. Text that another person typed is deleted, wherever it was kept. */
export function draftsOf(person) {
  if (person !== owner) drafts.clear();
  owner = person;
}
