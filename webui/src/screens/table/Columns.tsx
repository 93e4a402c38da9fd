import { ActionIcon, Button, Select } from "@mantine/core";
import { useT } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { complete, REQUESTER, type TableState } from "./definition";
import type { Labels } from "./labels";
import classes from "./Table.module.css";

/** Which columns there are, and in which order. */
export default function Columns({ objectType, state, labels }: { objectType: string; state: TableState; labels: Labels }) {
  const t = useT("table");
  const { columns } = state.shown;
  const set = (next: string[]) => state.change({ columns: next });
  const shift = (index: number, by: number) => {
    const next = [...columns];
    const [name] = next.splice(index, 1);
    next.splice(index + by, 0, name!);
    set(next);
  };
  const extra = objectType === "tickets" ? [REQUESTER] : [];
  const offered = [...extra, ...labels.properties.filter((one) => !one.hidden).map((one) => one.name)]
    .filter((name) => !columns.includes(name))
    .map((name) => ({ value: name, label: labels.column(name) }));
  return (
    <div className={classes.panel}>
      <ul className={classes.columns} aria-label={t("columns")}>
        {columns.map((name, index) => {
          const label = labels.column(name);
          return (
            <li key={name}>
              <span className="clip" data-value>
                {label}
              </span>
              <Step icon="up" label={t("columnUp", { name: label })} disabled={index === 0} run={() => shift(index, -1)} />
              <Step icon="down" label={t("columnDown", { name: label })} disabled={index === columns.length - 1} run={() => shift(index, 1)} />
              <Step icon="close" label={t("columnOff", { name: label })} disabled={columns.length === 1} run={() => set(columns.filter((one) => one !== name))} />
            </li>
          );
        })}
      </ul>
      <Select
        aria-label={t("columnAdd")}
        placeholder={t("columnAdd")}
        searchable
        limit={60}
        value={null}
        data={offered}
        comboboxProps={{ withinPortal: false }}
        onChange={(name) => name !== null && set([...columns, name])}
      />
      <Button variant="subtle" size="compact-sm" onClick={() => set(complete(objectType, state.view?.definition).columns)}>
        {t("columnsReset")}
      </Button>
    </div>
  );
}

function Step({ icon, label, disabled, run }: { icon: "up" | "down" | "close"; label: string; disabled: boolean; run: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} disabled={disabled} onClick={run}>
      <Icon name={icon} size={15} />
    </ActionIcon>
  );
}
