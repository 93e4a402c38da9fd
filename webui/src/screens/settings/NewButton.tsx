import { Button } from "@mantine/core";
import { Icon } from "../../parts/Icon";

/** Opens the form for one more of what a page lists. */
export function NewButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={onClick}>
      {label}
    </Button>
  );
}
