/** Bodies of activities are HTML that anybody may have written: it is read as text and never put into the page. */
const NEVER = "script, x-style, template, head, title";
const BLOCKS = "p, div, li, tr, h1, h2, h3, h4, h5, h6, blockquote, pre, ul, ol, table";

export function plain(html: string | null | undefined): string {
  if (!html) return "";
  if (!/[<&]/.test(html)) return html.trim();
  // the policy of the page reports styles even where nothing is shown, so they lose their name before
  const quiet = html.replace(/<\/?[a-z][^>]*>/gi, (tag) => tag.replace(/\bstyle\b/gi, "x-style"));
  // a document of its own, in which nothing runs or loads
  const { body } = new DOMParser().parseFromString(quiet, "text/html");
  for (const element of body.querySelectorAll(NEVER)) element.remove();
  for (const element of body.querySelectorAll("br")) element.replaceWith("\n");
  for (const element of body.querySelectorAll("li")) element.prepend("• ");
  for (const element of body.querySelectorAll(BLOCKS)) element.append("\n");
  return (body.textContent ?? "").replace(/[ \t]+\n/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
}
