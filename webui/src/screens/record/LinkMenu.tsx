import { Button, Checkbox, Popover, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Link } from "react-router";
import { useLabels } from "../../api/associationLabels";
import { addLink, removeLabel, removeLink, type Linked, type Pair } from "../../api/associations";
import type { LinkType } from "../../api/schema";
import { tell } from "../../app/notices";
import { ADMIN, useScope } from "../../app/useSession";
import { useT } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { Refusal } from "../../parts/Refusal";
import classes from "./Associations.module.css";
import { refresh } from "./useRecord";

interface Props {
  pair: Pair;
  linked: Linked;
  name: string;
  button: ReactElement;
  close: () => void;
}

/** As what two records belong together, and the end of it. */
export default function LinkMenu({ pair, linked, name, button, close }: Props) {
  const t = useT("record");
  const cache = useQueryClient();
  const isAdmin = useScope(ADMIN);
  const { data: types, error } = useLabels(pair.objectType, pair.toType);
  const labelled = (types ?? []).filter((type) => type.label);
  const has = (type: LinkType) => linked.types.some((one) => one.typeId === type.typeId && one.category === type.category);
  // what is shown while it runs stays until the server's answer is read again
  const onSuccess = () => {
    refresh(cache, pair.objectType, pair.id);
    return cache.invalidateQueries({ queryKey: ["associations", pair.objectType, pair.id, pair.toType] });
  };
  const restore = useMutation({ mutationFn: () => addLink(pair, linked.types), onSuccess });
  const label = useMutation({
    meta: { quiet: true },
    mutationFn: (type: LinkType): Promise<unknown> => (has(type) ? removeLabel(pair, type) : addLink(pair, [type])),
    onSuccess,
  });
  const remove = useMutation({
    meta: { quiet: true },
    mutationFn: () => removeLink(pair),
    onSuccess: () => {
      void onSuccess();
      close();
      tell(t("linkRemoved", { name }), { label: t("undo"), run: () => restore.mutate() });
    },
  });
  return (
    <Popover opened onDismiss={close} trapFocus position="bottom-end" shadow="md" width={230} withinPortal>
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown aria-label={t("changeLink", { name })}>
        <Stack gap="xs">
          {labelled.length > 0 && (
            <Text size="xs" c="dimmed">
              {t("asWhat")}
            </Text>
          )}
          {labelled.map((type) => (
            <Checkbox
              key={`${type.category}-${type.typeId}`}
              size="xs"
              label={<span data-value>{type.label}</span>}
              checked={has(type) !== (label.isPending && label.variables === type)}
              onChange={() => label.isPending || (remove.reset(), label.mutate(type))}
            />
          ))}
          {types !== undefined && labelled.length === 0 && (
            <Text size="sm" c="dimmed">
              {t("noLabels")}
            </Text>
          )}
          <Refusal error={error ?? label.error ?? remove.error} />
          {isAdmin && (
            <Link className={classes.manage} to={`/settings/labels/${pair.objectType}/${pair.toType}`}>
              {t("manageLabels")}
            </Link>
          )}
          <Button size="compact-sm" variant="subtle" color="red" justify="flex-start" leftSection={<Icon name="close" size={14} />} loading={remove.isPending} onClick={() => (label.reset(), remove.mutate())}>
            {t("removeLink")}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
