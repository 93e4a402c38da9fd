/** What a person chose for this browser. */
import { useSyncExternalStore } from "react";
import { preferred, PSEUDO, setLanguage } from "../i18n";

export type Density = "comfortable" | "compact";
interface Preferences {
  language: string;
  density: Density;
}

const KEY = "spokedesk-preferences";
const listeners = new Set<() => void>();
let preferences = read();

function read(): Preferences {
  const defaults: Preferences = { language: preferred(), density: "comfortable" };
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>) };
  } catch {
    return defaults;
  }
}

function change(next: Partial<Preferences>) {
  preferences = { ...preferences, ...next };
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // a browser that keeps nothing still works
  }
  for (const listener of listeners) listener();
}

export const usePreferences = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => preferences,
  );

// what is chosen in one tab holds in all of them
window.addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  preferences = read();
  document.documentElement.dataset["density"] = preferences.density;
  // texts that cannot be loaded leave the page in the language that it has
  void setLanguage(preferences.language).catch(() => undefined);
  for (const listener of listeners) listener();
});

export async function chooseLanguage(language: string) {
  await setLanguage(language);
  change({ language });
}

export function chooseDensity(density: Density) {
  document.documentElement.dataset["density"] = density;
  change({ density });
}

/** Before the first drawing. `?language=…` is for this visit only. */
export async function applyPreferences() {
  document.documentElement.dataset["density"] = preferences.density;
  const asked = new URLSearchParams(location.search).get("language");
  await setLanguage(asked === PSEUDO || asked !== null ? asked : preferences.language);
}
