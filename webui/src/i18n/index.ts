/**
 * Texts. Every screen has one JSON file per language, `LANGUAGE/SCREEN.json`; a language is one chunk, loaded when chosen.
 * No text that a user reads stands in the code.
 */
import i18next, { type TFunction } from "i18next";
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

void i18next.init({
  lng: "en",
  fallbackLng: false,
  resources: {},
  ns: [],
  defaultNS: "common",
  keySeparator: false,
  interpolation: { escapeValue: false }, // React escapes
  initAsync: false,
});

export function preferred(): Language {
  const wanted = navigator.languages.map((one) => one.slice(0, 2).toLowerCase());
  return (wanted.find((one) => one in LANGUAGES) as Language | undefined) ?? "en";
}

export async function setLanguage(language: string): Promise<void> {
  const load = LOADERS[language] ?? LOADERS["en"]!;
  const { default: catalog } = await load();
  for (const [screen, texts] of Object.entries(catalog)) i18next.addResourceBundle(language, screen, texts);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

const subscribe = (listener: () => void) => {
  i18next.on("languageChanged", listener);
  return () => i18next.off("languageChanged", listener);
};

export const useLanguage = () => useSyncExternalStore(subscribe, () => i18next.language);

/** The texts of one screen; `common:KEY` reaches the shared ones. Renders again when the language changes. */
export function useT(screen: string): TFunction {
  const language = useLanguage();
  return useMemo(() => i18next.getFixedT(language, screen), [language, screen]) as unknown as TFunction;
}

/** For what has no component around it. */
export const translate = (key: string, values: Record<string, unknown> = {}): string => i18next.t(key, values);

/** The locale of dates and numbers: the user's own variant of the language if there is one. */
export function locale(): string {
  const language = i18next.language;
  if (language === PSEUDO) return "en";
  return navigator.languages.find((one) => one.toLowerCase().startsWith(language)) ?? language;
}
