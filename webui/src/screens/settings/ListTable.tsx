import type { ReactNode } from "react";
import { useT } from "../../i18n";
import classes from "./Settings.module.css";

interface Props {
  /** The headings; one more column, with what can be done, comes last. */
  columns: string[];
  /** Below the rows; also where there are none. */
  after?: ReactNode;
  /** The rows. */
  children: ReactNode;
}

/** A table of the settings. The last cell of every row has its buttons. */
export function ListTable({ columns, after, children }: Props) {
  const t = useT("settings");
  return (
    <div className={classes.scroller} data-sideways>
      <table className={classes.table}>
        <thead>
          <tr>
            {columns.map((one) => (
              <th key={one} scope="col">
                {one}
              </th>
            ))}
            <th scope="col">
              <span className="visually-hidden">{t("actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
      {after && <div className={classes.none}>{after}</div>}
    </div>
  );
}
