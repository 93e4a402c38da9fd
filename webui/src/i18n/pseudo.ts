import type { Catalog } from ".";
import english from "./en";

const FROM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const TO = "àƀçđèƒĝĥìĵķĺɱñòƥɋŕšţùṽŵẋýžÀƁÇĐÈƑĜĤÌĴĶĹṀÑÒƤɊŔŠŢÙṼŴẊÝŽ";

/** Longer by a third, as other languages are, and in brackets that show where a text is cut. */
export function disguise(text: string): string {
  const changed = text
    .split(/(\{\{[^}]*\}\}|<[^>]*>)/)
    .map((part, index) => (index % 2 ? part : part.replace(/[a-z]/gi, (letter) => TO[FROM.indexOf(letter)] ?? letter)))
    .join("");
  return `⟦${changed}${"~".repeat(Math.ceil(text.length / 3))}⟧`;
}

const disguised = (texts: Record<string, string>) =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, disguise(text)]));

export default Object.fromEntries(Object.entries(english).map(([name, texts]) => [name, disguised(texts)])) as Catalog;
