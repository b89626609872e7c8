// Whether a value is at a limit or beyond it: the only comparison of the two in the page. Alarms
// are the service's decision; the status has no field for a value that it shows beside a limit,
// and the colour, the words and the digits of that value need one answer. Pure.

/** Whether a value is at an upper limit or above it. */
export const reaches = (value, limit) => value >= limit;

/** Whether a value is at this limit or beyond it. A low limit itself is still allowed. */
export const crosses = ({ direction, value: limit }, value) =>
  direction === "high" ? reaches(value, limit) : value < limit;

/** The same on this alarm's side; without a limit the alarm itself decides. */
export const beyond = ({ condition }, value, limit) =>
  limit == null || crosses({ direction: condition.endsWith("_low") ? "low" : "high", value: limit }, value);
