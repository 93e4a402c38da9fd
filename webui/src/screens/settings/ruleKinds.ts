import type { Property, ValidationRule } from "../../api/schema";

/** What a rule asks for besides itself. */
type Ask = "nothing" | "choice" | "number" | "pattern" | "domains" | "country" | "days" | "date" | "instant" | "period";

export interface RuleKind {
  /** Types and kinds of fields of the properties that it suits. */
  suits: string[];
  ask: Ask;
  /** What its text is called, where rules of several types mean the same. */
  called?: string;
  choices?: string[];
  /** A value can be brought into its form before it is judged. */
  normalises?: boolean;
}

const TEXT = ["string text"];
const TEXTS = [...TEXT, "string textarea"];
const TYPED = [...TEXTS, "string phonenumber"];
const NUMBERS = ["number number"];
const PHONES = ["string phonenumber", "phone_number phonenumber"];
const DATES = ["date date"];
const INSTANTS = ["datetime date"];

export const DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

export const RULES: { [ruleType: string]: RuleKind } = {
  MIN_LENGTH: { suits: TYPED, ask: "number" },
  MAX_LENGTH: { suits: TYPED, ask: "number" },
  ALPHANUMERIC: { suits: TEXTS, ask: "choice", choices: ["ALPHANUMERIC", "ALPHA_ONLY", "NUMERIC_ONLY"] },
  FORMAT: { suits: TEXTS, ask: "choice", choices: ["CAPITALIZATION", "UPPER", "LOWER"], normalises: true },
  SPECIAL_CHARACTERS: { suits: TEXTS, ask: "nothing", choices: ["NOT_ALLOWED"] },
  WHITESPACE: { suits: TEXT, ask: "choice", choices: ["ALL", "TRIM"], normalises: true },
  REGEX: { suits: TEXTS, ask: "pattern" },
  EMAIL: { suits: TEXT, ask: "nothing", normalises: true },
  EMAIL_ALLOWED_DOMAINS: { suits: TEXT, ask: "domains" },
  EMAIL_BLOCKED_DOMAINS: { suits: TEXT, ask: "domains" },
  URL: { suits: TEXT, ask: "nothing", normalises: true },
  URL_ALLOWED_DOMAINS: { suits: TEXT, ask: "domains" },
  URL_BLOCKED_DOMAINS: { suits: TEXT, ask: "domains" },
  DOMAIN: { suits: TEXT, ask: "nothing", normalises: true },
  MIN_NUMBER: { suits: NUMBERS, ask: "number" },
  MAX_NUMBER: { suits: NUMBERS, ask: "number" },
  DECIMAL: { suits: NUMBERS, ask: "number" },
  PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE: { suits: PHONES, ask: "country", called: "PHONE" },
  START_DATE: { suits: DATES, ask: "date", called: "START" },
  END_DATE: { suits: DATES, ask: "date", called: "END" },
  START_DATETIME: { suits: INSTANTS, ask: "instant", called: "START" },
  END_DATETIME: { suits: INSTANTS, ask: "instant", called: "END" },
  AFTER_DURATION: { suits: DATES, ask: "period", called: "AFTER" },
  BEFORE_DURATION: { suits: DATES, ask: "period", called: "BEFORE" },
  AFTER_DATETIME_DURATION: { suits: INSTANTS, ask: "period", called: "AFTER" },
  BEFORE_DATETIME_DURATION: { suits: INSTANTS, ask: "period", called: "BEFORE" },
  DAYS_OF_WEEK: { suits: [...DATES, ...INSTANTS], ask: "days" },
};

/** The types of the rules that can be set for a property. */
export const rulesFor = ({ type, fieldType, modificationMetadata }: Property): string[] =>
  modificationMetadata.readOnlyValue ? [] : Object.keys(RULES).filter((one) => RULES[one]!.suits.includes(`${type} ${fieldType}`));

export interface RuleForm {
  ruleType: string;
  /** What was written or chosen. */
  text: string;
  /** The sentence for a value that does not match. */
  message: string;
  days: string[];
  normalise: boolean;
}

export const emptyForm = (ruleType: string): RuleForm => ({ ruleType, text: RULES[ruleType]?.choices?.[0] ?? "", message: "", days: [], normalise: false });

// a day begins at midnight UTC, an instant is meant where it is written
const instantOf = (text: string, ask: Ask) => String(Date.parse(ask === "date" ? `${text}T00:00:00Z` : text));

function argumentsOf({ ruleType, text, message, days }: RuleForm): string[] {
  const { ask } = RULES[ruleType]!;
  const given = text.trim();
  if (ask === "days") return DAYS.filter((one) => days.includes(one));
  if (ask === "domains") return given.split(/[\s,;]+/).filter(Boolean);
  if (ask === "pattern") return message.trim() ? [text, message.trim()] : [text];
  if (ask === "date" || ask === "instant") return given ? [instantOf(given, ask)] : [];
  return given ? [ask === "country" ? given.toLowerCase() : given] : [];
}

export const ruleOf = (form: RuleForm): ValidationRule => ({
  ruleType: form.ruleType,
  ruleArguments: argumentsOf(form),
  ...(RULES[form.ruleType]!.normalises ? { shouldApplyNormalization: form.normalise } : {}),
});
