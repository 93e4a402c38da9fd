import { TextInput } from "@mantine/core";
import { useT } from "../../i18n";
import type { About } from "./FormDialog";
import { nameFrom } from "./names";

interface Props {
  /** What it is made from as long as nobody has written another. */
  label: string;
  value: string | undefined;
  change: (name: string) => void;
  about: About;
}

/** What programs are to call something new. */
export function InternalName({ label, value, change, about }: Props) {
  const t = useT("settings");
  return (
    <TextInput
      label={t("internalName")}
      description={t("internalNameText")}
      value={value ?? nameFrom(label)}
      error={about("name")}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
