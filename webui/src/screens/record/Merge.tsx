import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { mergeRecords } from "../../api/records";
import type { Record as Row } from "../../api/schema";
import { tell } from "../../app/notices";
import { useT } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { Refusal } from "../../parts/Refusal";
import { Finder } from "./Finder";
import { titleOf } from "./kinds";
import { refresh } from "./useRecord";

interface Props {
  objectType: string;
  row: Row;
  close: () => void;
}

/** Two records that are the same thing become one: this one stays and takes what the other has. */
export default function Merge({ objectType, row, close }: Props) {
  const t = useT("record");
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [other, setOther] = useState<Row>();
  const nameOf = (one: Row) => titleOf(objectType, one) || t("common:untitled");
  const merging = useMutation({
    meta: { quiet: true },
    mutationFn: (from: Row) => mergeRecords(objectType, row.id, from.id),
    onSuccess: (left, from) => {
      refresh(cache, objectType, row.id);
      tell(t("merged", { name: nameOf(from) }));
      close();
      if (left.id !== row.id) void navigate(`/${objectType}/${left.id}`, { replace: true });
    },
  });
  return (
    <Modal opened onClose={close} title={t("mergeTitle")} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      {other === undefined ? (
        <Finder objectType={objectType} label={t("mergeWhich", { name: nameOf(row) })} without={[row.id]} choose={setOther} />
      ) : (
        <Stack gap="sm">
          <Side label={t("mergeStays")} name={nameOf(row)} id={row.id} />
          <Side label={t("mergeGoes")} name={nameOf(other)} id={other.id} />
          <Alert color="yellow" variant="light" icon={<Icon name="merge" />}>
            {t("mergeText")}
          </Alert>
          <Refusal error={merging.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => (setOther(undefined), merging.reset())}>
              {t("mergeOther")}
            </Button>
            <Button data-autofocus loading={merging.isPending} onClick={() => merging.mutate(other)}>
              {t("mergeDo")}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function Side({ label, name, id }: { label: string; name: string; id: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={600} data-value>
        {name} <Text span c="dimmed" fw={400} className="numeric">{`#${id}`}</Text>
      </Text>
    </div>
  );
}
