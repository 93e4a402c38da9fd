/** Which operators of the Search API make sense for which kind of property, and how days are written for it. */

const PRESENCE = ["HAS_PROPERTY", "NOT_HAS_PROPERTY"];
const ORDER = ["EQ", "NEQ", "LT", "LTE", "GT", "GTE", "BETWEEN"];
const DAYS = ["GTE", "LT", "BETWEEN"];
const TEXT = ["CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN", "EQ", "NEQ", "IN", "NOT_IN"];
const CHOICE = ["IN", "NOT_IN", "EQ", "NEQ"];

const BY_TYPE: { [type: string]: string[] } = {
  number: ORDER,
  date: DAYS,
  datetime: DAYS,
  enumeration: CHOICE,
  bool: ["EQ", "NEQ"],
};

export const NO_VALUE = new Set(PRESENCE);
export const SEVERAL = new Set(["IN", "NOT_IN"]);

export const operatorsOf = (type: string | undefined): string[] => [...(BY_TYPE[type ?? ""] ?? TEXT), ...PRESENCE];

const pad = (value: number) => String(value).padStart(2, "0");

/** A day as a field gives it; of instants the beginning of that day where the user is, in milliseconds. */
export function toWire(type: string | undefined, text: string): string {
  if (type !== "datetime" || text === "") return text;
  return String(new Date(`${text}T00:00:00`).getTime());
}

export function fromWire(type: string | undefined, value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = String(value);
  if (type !== "datetime" || text === "") return text;
  const day = new Date(/^\d+$/.test(text) ? Number(text) : text);
  return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
}
