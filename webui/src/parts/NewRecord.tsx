import { Button } from "@mantine/core";
import { useContext } from "react";
import { Creating } from "../app/creating";
import { useMayWrite } from "../app/useSession";
import { useT } from "../i18n";
import { Icon } from "./Icon";

/** A button for a new ticket, contact or company; the dialog is that of the frame. */
export function NewRecord({ objectType, variant = "filled" }: { objectType: string; variant?: string }) {
  const t = useT("common");
  const create = useContext(Creating);
  if (!useMayWrite(objectType)) return null;
  return (
    <Button variant={variant} leftSection={<Icon name="plus" size={16} />} onClick={() => create(objectType)}>
      {t(`new-${objectType}`)}
    </Button>
  );
}
