/**
 * Texts. Every screen has one JSON file per language, `LANGUAGE/SCREEN.json`; a language is one chunk, loaded when chosen.
 * No text that a user reads stands in the code.
 */
import { useMemo, useSyncExternalStore } from "react";

export const LANGUAGES = { en: "English", de: "Deutsch", fr: "Français", ja: "日本語" } as const;
export type Language = keyof typeof LANGUAGES;
/** English with every letter changed: what a test sees unchanged was never translated. */
export const PSEUDO = "en-XA";
export type Catalog = Record<string, Record<string, string>>;

const LOADERS: Record<string, () => Promise<{ default: Catalog }>> = {
  en: () => import("./en"),
  de: () => import("./de"),
  fr: () => import("./fr"),
  ja: () => import("./ja"),
  [PSEUDO]: () => import("./pseudo"),
};

type Values = { [name: string]: unknown };
/** A text by its key, `SCREEN:KEY` for one of another screen; a `count` chooses the plural form of the language. */
export type Translate = (key: string, values?: Values) => string;

const PLACE = /\{\{(\w+)(, number)?\}\}/g;
const listeners = new Set<() => void>();
let language: string = "en";
let catalog: Catalog = {};
let plurals = new Intl.PluralRules(language);

export function preferred(): Language {
  const wanted = navigator.languages.map((one) => one.slice(0, 2).toLowerCase());
  return (wanted.find((one) => one in LANGUAGES) as Language | undefined) ?? "en";
}

export async function setLanguage(wanted: string): Promise<void> {
  const known = wanted in LOADERS ? wanted : "en";
  catalog = (await LOADERS[known]!()).default;
  language = known;
  plurals = new Intl.PluralRules(language);
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

/** What is missing shows its key, which tests look for. */
function textOf(screen: string, key: string, values: Values): string {
  const [first, second] = key.split(":");
  const texts = catalog[second === undefined ? screen : first!] ?? {};
  const name = second ?? first!;
  const form = typeof values["count"] === "number" ? texts[`${name}_${plurals.select(values["count"])}`] : undefined;
  const text = form ?? texts[name] ?? texts[`${name}_other`] ?? key;
  return text.replace(PLACE, (_, place: string, isNumber?: string) => {
    const value = values[place];
    return isNumber ? new Intl.NumberFormat(locale()).format(Number(value)) : String(value ?? "");
  });
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useLanguage = () => useSyncExternalStore(subscribe, () => language);

/** The texts of one screen; `common:KEY` reaches the shared ones. Renders again when the language changes. */
export function useT(screen: string): Translate {
  const chosen = useLanguage();
  // another language is another function, so that whatever depends on it is made anew
  return useMemo(() => (key: string, values: Values = {}) => textOf(screen, key, values), [chosen, screen]);
}

/** For what has no component around it. */
export const translate: Translate = (key, values = {}) => textOf("common", key, values);

/** The locale of dates and numbers: the user's own variant of the language if there is one. */
export function locale(): string {
  if (language === PSEUDO) return "en";
  return navigator.languages.find((one) => one.toLowerCase().startsWith(language) && isTag(one)) ?? language;
}

// Chromium on a Linux without a language, LANG=C, calls its own en-US@posix
function isTag(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length > 0;
  } catch {
    return false;
  }
}
