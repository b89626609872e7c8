// Weekly shifts as people type them, and back. Pure; the server reports errors.

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** "mon tue 08:00-18:00" */
export const shift = (s) => `${s.days.join(" ")} ${s.begins}-${s.ends}`;

/** "mon-fri 08:00-18:00; sat sun 09:00-12:00" -> shifts; the server reports errors. */
export function shiftsOf(text = "") {
  return text
    .split(";")
    .map((part) => part.trim().split(/\s+/))
    .filter((words) => words[0])
    .map((words) => {
      const [begins = "", ends = ""] = words.at(-1).split("-");
      return { days: words.slice(0, -1).flatMap(daysOf), begins, ends };
    });
}

function daysOf(word) {
  const [first, last = first] = word.toLowerCase().split("-");
  const [from, to] = [DAYS.indexOf(first), DAYS.indexOf(last)];
  if (from < 0 || to < 0) return [word];
  return from <= to ? DAYS.slice(from, to + 1) : [...DAYS.slice(from), ...DAYS.slice(0, to + 1)];
}
