import { Button, Checkbox, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { useNavigate } from "react-router";
import { ApiError } from "../api/errors";
import { createRecord } from "../api/records";
import type { Record as Row } from "../api/schema";
import { useT } from "../i18n";
import { Refusal } from "../parts/Refusal";
import { tell } from "./notices";

/** What is asked for; the first one names the record. */
const FIELDS: { [objectType: string]: string[] } = {
  contacts: ["email", "firstname", "lastname", "phone"],
  companies: ["name", "domain", "phone"],
};

interface Props {
  objectType: string;
  close: () => void;
  /** Given, it takes the new record, and one is enough. */
  done?: (made: Row) => void;
}

/** A new contact or company: whom tickets are from. */
export default function CreateParty({ objectType, close, done }: Props) {
  const t = useT("create");
  const navigate = useNavigate();
  const cache = useQueryClient();
  const fields = FIELDS[objectType]!;
  const [form, setForm] = useState<Record<string, string>>({});
  const [another, setAnother] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const creation = useMutation({
    meta: { quiet: true },
    mutationFn: (properties: Record<string, string>) => createRecord(objectType, properties),
    onSuccess: (made) => {
      void cache.invalidateQueries({ queryKey: ["records", objectType] });
      if (done) return done(made);
      tell(t(`created-${objectType}`, { name: form[fields[0]!]?.trim() || `#${made.id}` }), {
        label: t("open"),
        run: () => void navigate(`/${objectType}/${made.id}`),
      });
      setForm({});
      if (another) first.current?.focus();
      else close();
    },
  });
  const { error } = creation;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    creation.mutate(Object.fromEntries(fields.flatMap((name) => (form[name]?.trim() ? [[name, form[name].trim()]] : []))));
  };
  const isBlank = fields.every((name) => !form[name]?.trim());
  return (
    <Modal opened onClose={close} title={t(`common:new-${objectType}`)} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {fields.map((name, index) => (
            <TextInput
              key={name}
              {...(index === 0 ? { ref: first, "data-autofocus": true } : {})}
              label={t(`field-${name}`)}
              value={form[name] ?? ""}
              error={error instanceof ApiError ? error.about(name) : undefined}
              onChange={({ currentTarget: { value } }) => setForm((before) => ({ ...before, [name]: value }))}
            />
          ))}
          <Refusal error={error} />
          <Group justify="space-between" mt="xs">
            {done === undefined && (
              <Checkbox label={t("another")} checked={another} onChange={(event) => setAnother(event.currentTarget.checked)} />
            )}
            <Button type="submit" ml="auto" disabled={isBlank} loading={creation.isPending}>
              {t(`create-${objectType}`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
