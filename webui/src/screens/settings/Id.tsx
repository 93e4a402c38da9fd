import { useState } from "react";
import { complain } from "../../app/notices";
import { useT } from "../../i18n";
import { IconButton } from "./IconButton";
import classes from "./Settings.module.css";

const SHOWN_MS = 1500;

/** A name that programs use, with a button that copies it. */
export function Id({ value }: { value: string }) {
  const t = useT("settings");
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    window.setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <span className={classes.id}>
      <code data-value>
        {value}
      </code>
      <IconButton icon={copied ? "check" : "copy"} label={copied ? t("common:copied") : t("copyId", { id: value })} onClick={() => void copy().catch(complain)} />
    </span>
  );
}
