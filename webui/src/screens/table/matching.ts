/**
 * Whether a record was among the rows before it was changed, which no search can tell any more. The operators mean what
 * they mean to the server: of what has no value only NOT_HAS_PROPERTY finds anything, and text is compared in one case.
 */
import type { Search } from "../../api/records";
import type { FilterInput } from "../../api/schema";

/** The value that a property has, or had. */
export type ValueOf = (name: string) => string | null | undefined;

/** What a full-text search looks at, as far as people write it. */
const TEXTS: { [objectType: string]: string[] } = {
  tickets: ["subject", "content", "hs_ticket_category"],
  contacts: ["firstname", "lastname", "email", "phone", "mobilephone", "fax", "company"],
  companies: ["name", "domain", "website", "phone"],
};

/** The properties by which a search finds records. A change of any other never makes one appear. */
export function decidingNames(objectType: string, search: Search): string[] {
  const filtered = (search.filterGroups ?? []).flatMap((group) => group.filters ?? []).map((one) => one.propertyName);
  return [...new Set([...filtered, ...(search.query ? (TEXTS[objectType] ?? []) : [])])];
}

const folded = (value: unknown) => String(value).toLowerCase();

/** Days and instants in milliseconds, numbers as they are. */
function scale(value: unknown): number {
  const text = String(value ?? "").trim();
  return text === "" ? Number.NaN : /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number(text);
}

function isEqual(one: unknown, other: unknown): boolean {
  const [left, right] = [scale(one), scale(other)];
  return Number.isNaN(left) || Number.isNaN(right) ? folded(one) === folded(other) : left === right;
}

const wordsOf = (text: string) => folded(text).split(/[^\p{L}\p{N}*]+/u).filter(Boolean);

function holds({ operator, value, highValue, values }: FilterInput, stored: string): boolean {
  if (operator === "NOT_HAS_PROPERTY") return stored === "";
  if (stored === "" || operator === "HAS_PROPERTY") return stored !== "";
  const options = stored.split(";");
  const isOne = (wanted: unknown) => isEqual(stored, wanted) || options.some((one) => isEqual(one, wanted));
  const has = (wanted: unknown) => wordsOf(String(wanted)).every((word) => folded(stored).includes(word.replaceAll("*", "")));
  const at = scale(stored);
  switch (operator) {
    case "EQ":
      return isEqual(stored, value);
    case "NEQ":
      return !isEqual(stored, value);
    case "IN":
      return (values ?? []).some(isOne);
    case "NOT_IN":
      return !(values ?? []).some(isOne);
    case "LT":
      return at < scale(value);
    case "LTE":
      return at <= scale(value);
    case "GT":
      return at > scale(value);
    case "GTE":
      return at >= scale(value);
    case "BETWEEN":
      return scale(value) <= at && at <= scale(highValue);
    case "CONTAINS_TOKEN":
      return has(value);
    case "NOT_CONTAINS_TOKEN":
      return !has(value);
    default:
      return false;
  }
}

/** Whether a record with some values passes the filters of a search. */
const passes = (search: Search, valueOf: ValueOf): boolean => {
  const groups = search.filterGroups ?? [];
  return groups.length === 0 || groups.some((group) => (group.filters ?? []).every((one) => holds(one, valueOf(one.propertyName) ?? "")));
};

/** Whether a record that a search finds now was not among what it found when the values were other ones. */
export function isNewlyFound(objectType: string, search: Search, now: ValueOf, before: ValueOf): boolean {
  if (!passes(search, before)) return true;
  const words = wordsOf(search.query ?? "");
  const written = (valueOf: ValueOf) => folded((TEXTS[objectType] ?? []).map((name) => valueOf(name) ?? "").join("\n"));
  const isIn = (text: string) => words.every((word) => text.includes(word.replaceAll("*", "")));
  // a text that is found by something else, as by the name of a stage, was so before
  return words.length > 0 && isIn(written(now)) && !isIn(written(before));
}
