import { Checkbox, Group, Modal, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLabels } from "../../api/associationLabels";
import { addLink } from "../../api/associations";
import type { Record as Row } from "../../api/schema";
import { tell } from "../../app/notices";
import { useT } from "../../i18n";
import { Refusal } from "../../parts/Refusal";
import { Finder } from "./Finder";
import { titleOf } from "./kinds";
import { refresh } from "./useRecord";

interface Props {
  objectType: string;
  id: string;
  toType: string;
  without: string[];
  close: () => void;
}

/** Choose a record that belongs to this one, and as what. */
export default function AddLink({ objectType, id, toType, without, close }: Props) {
  const t = useT("record");
  const cache = useQueryClient();
  const { data: types = [] } = useLabels(objectType, toType);
  const labelled = types.filter((type) => type.label);
  const [chosen, setChosen] = useState<string[]>([]);
  const keyOf = (type: { category: string; typeId: number }) => `${type.category} ${type.typeId}`;
  const adding = useMutation({
    meta: { quiet: true },
    mutationFn: (row: Row) =>
      addLink({ objectType, id, toType, toId: row.id }, labelled.filter((type) => chosen.includes(keyOf(type)))),
    onSuccess: (_, row) => {
      refresh(cache, objectType, id);
      tell(t("linkAdded", { name: titleOf(toType, row) || `#${row.id}` }));
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={t(`add-${toType}`)} size="md" closeButtonProps={{ "aria-label": t("common:close") }}>
      {labelled.length > 0 && (
        <Group gap="md" mb="sm" role="group" aria-label={t("asWhat")}>
          <Text size="sm" c="dimmed">
            {t("asWhat")}
          </Text>
          {labelled.map((type) => (
            <Checkbox
              key={keyOf(type)}
              size="xs"
              label={<span data-value>{type.label}</span>}
              checked={chosen.includes(keyOf(type))}
              onChange={({ currentTarget: { checked } }) =>
                setChosen((before) => (checked ? [...before, keyOf(type)] : before.filter((one) => one !== keyOf(type))))
              }
            />
          ))}
        </Group>
      )}
      <Refusal error={adding.error} />
      <Finder objectType={toType} label={t(`which-${toType}`)} without={[...without, ...(toType === objectType ? [id] : [])]} choose={(row) => adding.mutate(row)} />
    </Modal>
  );
}
