import { useT } from "../../i18n";
import classes from "./Settings.module.css";

/** How many scopes there are; opened, which. */
export function ScopeList({ scopes }: { scopes: string[] }) {
  const t = useT("settings");
  return (
    <details>
      <summary>{t("scopeCount", { count: scopes.length })}</summary>
      <div className={classes.subtle} data-value>
        {scopes.join(", ")}
      </div>
    </details>
  );
}
