/** Numbers, dates and spans of time in the user's language. */
import { locale } from "../i18n";

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000_000],
  ["month", 2_592_000_000],
  ["week", 604_800_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

// making a formatter costs far more than using it
const formatters = new Map<string, unknown>();
function cached<T>(kind: string, make: (where: string) => T): T {
  const where = locale();
  const key = `${kind} ${where}`;
  if (!formatters.has(key)) formatters.set(key, make(where));
  return formatters.get(key) as T;
}

export const formatNumber = (value: number): string =>
  cached("number", (where) => new Intl.NumberFormat(where)).format(value);

export const formatCompact = (value: number): string =>
  cached("compact", (where) => new Intl.NumberFormat(where, { notation: "compact" })).format(value);

/** The wire's instants are ISO 8601 or milliseconds as text. */
export const instantOf = (value: string | number): Date =>
  new Date(typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value);

export const formatDateTime = (value: string | number): string =>
  cached("datetime", (where) => new Intl.DateTimeFormat(where, { dateStyle: "medium", timeStyle: "short" })).format(
    instantOf(value),
  );

export const formatDate = (value: string | number): string =>
  cached("date", (where) => new Intl.DateTimeFormat(where, { dateStyle: "medium" })).format(instantOf(value));

/** A calendar day without a time zone, `2026-01-31`. */
export const formatDay = (day: string): string =>
  cached("day", (where) => new Intl.DateTimeFormat(where, { dateStyle: "medium", timeZone: "UTC" })).format(
    new Date(`${day}T00:00:00Z`),
  );

/** The same in the fewest signs, without the year. */
export const formatDayShort = (day: string): string =>
  cached("day-short", (where) => new Intl.DateTimeFormat(where, { month: "short", day: "numeric", timeZone: "UTC" })).format(
    new Date(`${day}T00:00:00Z`),
  );

const MONDAY = Date.UTC(2024, 0, 1);

/** The name of a day of the week, from Monday, which is 0. */
export const formatWeekday = (day: number): string =>
  cached("weekday", (where) => new Intl.DateTimeFormat(where, { weekday: "long", timeZone: "UTC" })).format(MONDAY + day * 86_400_000);

/** `3 days ago`, in the fewest words. */
export function formatAgo(value: string | number, now = Date.now()): string {
  const difference = instantOf(value).getTime() - now;
  const format = cached("ago", (where) => new Intl.RelativeTimeFormat(where, { numeric: "auto", style: "narrow" }));
  const [unit, size] = UNITS.find(([, one]) => Math.abs(difference) >= one) ?? ["second", 1000];
  return format.format(Math.round(difference / size), unit);
}

/** A span of time by its largest unit: `4.2 days`. */
export function formatSpan(ms: number): string {
  const [unit, size] = UNITS.find(([name, one]) => name !== "week" && Math.abs(ms) >= one) ?? ["minute", 60_000];
  return cached(`span-${unit}`, (where) =>
    new Intl.NumberFormat(where, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 }),
  ).format(ms / size);
}

/** A share from 0 to 1: `40 %`. */
export const formatPercent = (share: number): string =>
  cached("percent", (where) => new Intl.NumberFormat(where, { style: "percent", maximumFractionDigits: 1 })).format(share);

/** The time of the day to the second: what happened today is told apart by it. */
export const formatClock = (value: string | number): string =>
  cached("clock", (where) => new Intl.DateTimeFormat(where, { timeStyle: "medium" })).format(instantOf(value));

export const formatMs = (ms: number): string =>
  cached("ms", (where) =>
    new Intl.NumberFormat(where, { style: "unit", unit: "millisecond", maximumSignificantDigits: 3 }),
  ).format(ms);
