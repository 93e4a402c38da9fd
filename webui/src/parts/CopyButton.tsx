import { ActionIcon } from "@mantine/core";
import { useState } from "react";
import { complain } from "../app/notices";
import { useT } from "../i18n";
import { Icon } from "./Icon";

const SHOWN_MS = 1500;

/** Puts a text on the clipboard and says so. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const t = useT("common");
  const [copied, setCopied] = useState(false);
  const name = copied ? t("copied") : (label ?? t("copy"));
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    window.setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <ActionIcon variant="subtle" color="gray" size="sm" aria-label={name} title={name} onClick={() => void copy().catch(complain)}>
      <Icon name={copied ? "check" : "copy"} size={15} />
    </ActionIcon>
  );
}
