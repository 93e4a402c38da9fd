import { Icon, type IconName } from "../../parts/Icon";
import classes from "./Settings.module.css";

interface Props {
  icon: IconName;
  label: string;
  danger?: boolean;
  onClick: () => void;
}

/** A plain element: tables of the settings have hundreds of them. */
export function IconButton({ icon, label, danger = false, onClick }: Props) {
  return (
    <button type="button" className={classes.icon} data-danger={danger || undefined} aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} size={16} />
    </button>
  );
}
