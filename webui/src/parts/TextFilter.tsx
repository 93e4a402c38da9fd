import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useT } from "../i18n";
import { Icon } from "./Icon";

const DEBOUNCE_MS = 250;

interface Props {
  label: string;
  /** What is in force; also when something else than this field changed it. */
  value: string;
  change: (value: string) => void;
  width: number;
  /** The main one of several. */
  search?: boolean;
}

/** A field whose text is in force a moment after the last key. */
export function TextFilter({ label, value, change, width, search = false }: Props) {
  const t = useT("common");
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const send = useDebouncedCallback((next: string) => {
    sent.current = next.trim();
    change(next.trim());
  }, DEBOUNCE_MS);
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  const type = (next: string) => (setText(next), send(next));
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      w={width}
      leftSection={search ? <Icon name="search" size={15} /> : undefined}
      rightSection={text && <CloseButton size="sm" aria-label={t("clear")} onClick={() => type("")} />}
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}
