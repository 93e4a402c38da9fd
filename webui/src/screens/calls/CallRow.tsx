import { memo } from "react";
import { Link } from "react-router";
import type { LoggedCall } from "../../api/schema";
import { useT } from "../../i18n";
import { formatClock, formatDateTime, formatMs } from "../../parts/format";
import classes from "./Calls.module.css";

interface Props {
  call: LoggedCall;
  isOpen: boolean;
  /** The one that Tab reaches. */
  isReached: boolean;
  onFocus: (id: string) => void;
}

export const toneOf = (status: number) => (status >= 500 ? "broken" : status >= 400 ? "refused" : "good");

export const CallRow = memo(function CallRow({ call, isOpen, isReached, onFocus }: Props) {
  const t = useT("calls");
  return (
    <li className={classes.row} data-open={isOpen || undefined}>
      <Link
        to={{ pathname: `/calls/${call.id}`, search: location.search }}
        replace={isOpen}
        className={classes.link}
        data-call={call.id}
        data-value
        tabIndex={isReached ? 0 : -1}
        aria-current={isOpen ? "true" : undefined}
        onFocus={() => onFocus(call.id)}
      >
        <time dateTime={call.at} title={formatDateTime(call.at)} className="numeric">
          {formatClock(call.at)}
        </time>
        <span className={classes.method} data-method={call.method}>
          {call.method}
        </span>
        <span className={classes.path}>
          {call.path}
          {call.query && <i>?{call.query}</i>}
        </span>
        <span className={classes.status} data-tone={toneOf(call.status)}>
          {call.status}
        </span>
        <span className={classes.ms}>{formatMs(call.ms)}</span>
        <span className={classes.who}>{call.token?.name ?? t("noToken")}</span>
      </Link>
    </li>
  );
});
