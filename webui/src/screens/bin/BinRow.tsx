import { Button, Checkbox } from "@mantine/core";
import { Link } from "react-router";
import type { Binned } from "../../api/recycleBin";
import { useT } from "../../i18n";
import { formatNumber } from "../../parts/format";
import { Icon } from "../../parts/Icon";
import { When } from "../../parts/When";
import { useWho } from "../record/Source";
import classes from "./Bin.module.css";
import { MAIN } from "./types";

interface Props {
  objectType: string;
  row: Binned;
  name: string;
  /** How long anything stays. */
  days: number;
  isChosen: boolean;
  /** Absent for who may not restore. */
  toggle: (() => void) | undefined;
  restore: () => void;
}

const SOON_DAYS = 7;

export function BinRow({ objectType, row, name, days, isChosen, toggle, restore }: Props) {
  const t = useT("bin");
  const who = useWho();
  const shown = name || t("common:untitled");
  return (
    <tr data-binned={row.id} data-chosen={isChosen || undefined}>
      {toggle && (
        <td>
          <Checkbox size="xs" aria-label={t("chooseOne", { name: shown })} checked={isChosen} onChange={toggle} />
        </td>
      )}
      <td className={classes.what}>
        {MAIN.includes(objectType) ? (
          <Link to={`/${objectType}/${row.id}`} data-value={name !== "" || undefined}>
            {shown}
          </Link>
        ) : (
          <span className={classes.text} data-value={name !== "" || undefined}>
            {shown}
          </span>
        )}
        <span className={`numeric ${classes.id}`} data-value>
          #{row.id}
        </span>
      </td>
      <td className={classes.further} data-value>{row.archivedBy ? who(row.archivedBy) : "–"}</td>
      <td className={classes.further}>
        <When at={row.archivedAt} />
      </td>
      <td>
        <span className={classes.left} data-soon={row.daysLeft <= SOON_DAYS || undefined}>
          <progress max={days} value={row.daysLeft} aria-hidden="true" />
          <span>{t("daysLeft", { count: row.daysLeft, number: formatNumber(row.daysLeft) })}</span>
        </span>
      </td>
      {toggle && (
        <td>
          <Button size="compact-xs" variant="default" leftSection={<Icon name="restore" size={13} />} className={classes.restore!} onClick={restore}>
            <span className={classes.word}>{t("restore")}</span>
            <span className="visually-hidden" data-value>
              {shown}
            </span>
          </Button>
        </td>
      )}
    </tr>
  );
}
