import { useLanguage } from "../i18n";
import { formatAgo, formatDate, formatDateTime, instantOf } from "./format";

type Style = "ago" | "date" | "datetime";
const FORMATS = { ago: formatAgo, date: formatDate, datetime: formatDateTime };

/** An instant as people say it; the exact one is in its title. */
export function When({ at, style = "ago" }: { at: string | number | null | undefined; style?: Style }) {
  useLanguage();
  if (at === null || at === undefined || at === "" || Number.isNaN(instantOf(at).getTime())) return null;
  return (
    <time dateTime={instantOf(at).toISOString()} title={formatDateTime(at)} data-value>
      {FORMATS[style](at)}
    </time>
  );
}
