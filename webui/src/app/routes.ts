/** Every folder of `screens/` with a `route.ts` is a page; its code is loaded when it is first opened. */
import { lazy, type ComponentType } from "react";
import type { IconName } from "../parts/Icon";

export interface Navigation {
  to: string;
  /** Key of the text, with the screen's name in front: `board:navigation`. */
  label: string;
  icon: IconName;
  order: number;
  /** Shown only to who has this scope. */
  scope?: string;
  /** Also marked when the address begins with one of these. */
  covers?: readonly string[];
  /** Second key after `g` that leads there. */
  key?: string;
}

export interface ScreenRoute {
  path: string;
  load: () => Promise<{ default: ComponentType }>;
  navigation?: Navigation;
}

const files = import.meta.glob<{ routes: ScreenRoute[] }>("../screens/*/route.ts", { eager: true });
const screens = Object.values(files).flatMap((file) => file.routes);

export const navigation: Navigation[] = screens
  .flatMap((screen) => screen.navigation ?? [])
  .sort((one, other) => one.order - other.order);

// several addresses of one page share its component, so that going from one to another keeps it
const components = new Map(screens.map((screen) => [screen.load, lazy(screen.load)]));

export const pages = screens.map((screen) => ({ path: screen.path, Component: components.get(screen.load)! }));
