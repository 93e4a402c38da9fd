import type { Catalog } from ".";

/** `./en/board.json` becomes the texts of `board`. */
export const collect = (files: Record<string, Record<string, string>>): Catalog =>
  Object.fromEntries(Object.entries(files).map(([path, texts]) => [path.replace(/^.*\/|\.json$/g, ""), texts]));
