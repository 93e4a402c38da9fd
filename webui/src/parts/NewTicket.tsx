import { Button } from "@mantine/core";
import { doAsKey } from "../app/shortcuts";
import { useMayWrite } from "../app/useSession";
import { useT } from "../i18n";
import { Icon } from "./Icon";

/** For where there is no ticket yet: the same as the key and the button in the frame. */
export function NewTicket() {
  const t = useT("common");
  if (!useMayWrite("tickets")) return null;
  return (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => doAsKey("c")}>
      {t("newTicket")}
    </Button>
  );
}
