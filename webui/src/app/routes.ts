/** Every folder of `screens/` with a `route.ts` is a page; its code is loaded when it is first opened. */
import { createElement, lazy, useState, type ComponentType } from "react";
import { matchPath } from "react-router";
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

interface Page {
  Component: ComponentType;
  begin: () => Promise<unknown>;
}

/**
 * The component of a page whose code comes when it is asked for. One that is there already is drawn at once: what waits
 * in a `Suspense`, even for nothing, is shown some 300 ms after its placeholder.
 */
function pageOf(load: ScreenRoute["load"]): Page {
  let loaded: ComponentType | undefined;
  const begin = async () => {
    const found = await load();
    loaded = found.default;
    return found;
  };
  const Later = lazy(begin);
  function Component() {
    const [Shown] = useState(() => loaded ?? Later);
    return createElement(Shown);
  }
  return { Component, begin };
}

// several addresses of one page share its component, so that going from one to another keeps it
const found = new Map(screens.map(({ load }) => [load, pageOf(load)]));

export const pages = screens.map(({ path, load }) => ({ path, ...found.get(load)! }));

/** Begin to load the code of the page at a path; whoever shows it says when that fails. */
export function beginToLoad(path: string) {
  void pages
    .find((page) => matchPath(page.path, path))
    ?.begin()
    .catch(() => undefined);
}
