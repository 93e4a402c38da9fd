import { useT } from "../i18n";
import { CopyButton } from "./CopyButton";
import classes from "./Empty.module.css";

/** A command, and what it needs; in one line that scrolls. */
export function Curl({ line, bare = false }: { line: string; bare?: boolean }) {
  const t = useT("common");
  return (
    <div className={classes.terminal}>
      {!bare && <span className={classes.caption}>{t("inTerminal")}</span>}
      <div className={classes.curl} title={t("inTerminal")}>
        <code tabIndex={0} data-value data-testid="curl">
          {line}
        </code>
        <CopyButton text={line} label={t("copyCurl")} />
      </div>
    </div>
  );
}
