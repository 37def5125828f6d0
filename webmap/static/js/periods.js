// Years, halves, quarters and months as due dates write them: 2023, 2023-H1, 2023-Q2, 2023-05.

const FORM = /^(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?$/;

/** The length of a due: "year", "half", "quarter", "month"; "" where it is none. */
export function unitOf(due) {
  const found = FORM.exec(due || "");
  if (!found) return "";
  return found[2] ? "half" : found[3] ? "quarter" : found[4] ? "month" : "year";
}

/** Every period of one length from the first to the last year. */
export function periodsOf(unit, [first, last]) {
  const periods = [];
  for (let year = first; year <= last; year += 1) {
    for (let month = 1; month <= 12; month += MONTHS[unit] ?? 12) periods.push(periodOf(year, month, unit));
  }
  return periods;
}

const MONTHS = { year: 12, half: 6, quarter: 3, month: 1 };

function periodOf(year, month, unit) {
  if (unit === "half") return `${year}-H${month <= 6 ? 1 : 2}`;
  if (unit === "quarter") return `${year}-Q${Math.ceil(month / 3)}`;
  return unit === "month" ? `${year}-${String(month).padStart(2, "0")}` : String(year);
}

/** The first and last month (1 to 12) of a due, with its year. */
export function monthsOf(due) {
  const [, year, half, quarter, month] = FORM.exec(due);
  if (half) return [Number(year), half * 6 - 5, half * 6];
  if (quarter) return [Number(year), quarter * 3 - 2, quarter * 3];
  return month ? [Number(year), Number(month), Number(month)] : [Number(year), 1, 12];
}

/** The period of one length that the beginning of a due lies in. */
export function periodAround(due, unit) {
  const [year, month] = monthsOf(due);
  return periodOf(year, month, unit);
}

/** A due in words; `t` are the words of the page. */
export function dueWords(due, t) {
  const unit = unitOf(due);
  if (!unit) return due || "";
  const [year, month] = monthsOf(due);
  const part = unit === "month" ? t[`time.month_${month}`] : Math.ceil(month / 3);
  const half = month <= 6 ? t["time.first_half"] : t["time.second_half"];
  const words = { year: t["time.named_year"], half, quarter: t["time.named_quarter"], month: t["time.named_month"] }[unit];
  return words.replace("{year}", year).replace("{part}", part);
}
