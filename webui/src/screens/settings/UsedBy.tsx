import { useProperties } from "../../api/properties";
import { useT } from "../../i18n";
import classes from "./Settings.module.css";

/** The calculated properties whose formulas name a property. */
export function UsedBy({ objectType, name }: { objectType: string; name: string }) {
  const t = useT("settings");
  const { data = [] } = useProperties(objectType);
  const users = data.filter((one) => one.calculationFormula?.match(/[a-z]\w*/g)?.includes(name));
  if (users.length === 0) return null;
  return (
    <p className={classes.subtle}>
      {t("usedBy")} <b data-value>{users.map((one) => one.label).join(", ")}</b>
    </p>
  );
}
