// What was typed and not sent yet, by the name of its form; of one person.

/** name of a form -> signal of its values */
export const drafts = new Map();

let owner = "";

/** Who is signed in now. What another person typed is gone, wherever it was kept. */
export function draftsOf(person) {
  if (person !== owner) drafts.clear();
  owner = person;
}
