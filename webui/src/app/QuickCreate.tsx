import { Button, Checkbox, Group, Modal, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { useLocation, useNavigate } from "react-router";
import { ApiError, sentenceOf, ServerGone } from "../api/errors";
import { ownerName, useOwners } from "../api/owners";
import { usePipelines } from "../api/pipelines";
import { createTicket } from "../api/records";
import { useT } from "../i18n";
import { tell } from "./notices";
import { RequesterField } from "./RequesterField";

const PRIORITIES = ["LOW", "MEDIUM", "HIGH", "URGENT"];
const EMPTY = { subject: "", content: "", hs_ticket_priority: null as string | null, hubspot_owner_id: null as string | null };

/** A new ticket from anywhere: subject and stage are enough. */
export default function QuickCreate({ close }: { close: () => void }) {
  const t = useT("create");
  const place = useLocation();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { data: pipelines = [] } = usePipelines();
  const { owners } = useOwners();
  const shown = /^\/board\/([^/]+)/.exec(place.pathname)?.[1];
  const [pipelineId, setPipelineId] = useState<string>();
  const pipeline = pipelines.find((one) => one.id === (pipelineId ?? shown)) ?? pipelines[0];
  const [stageId, setStageId] = useState<string>();
  const stage = pipeline?.stages.find((one) => one.id === stageId) ?? pipeline?.stages[0];
  const [form, setForm] = useState(EMPTY);
  const [requester, setRequester] = useState<string | null>(null);
  const [another, setAnother] = useState(false);
  const subject = useRef<HTMLInputElement>(null);
  const creation = useMutation({
    meta: { quiet: true },
    mutationFn: (properties: Record<string, string>) => createTicket(properties, requester),
    onSuccess: (made) => {
      void cache.invalidateQueries({ queryKey: ["records", "tickets"] });
      tell(t("created", { id: made.id }), { label: t("open"), run: () => void navigate(`/tickets/${made.id}`) });
      setForm((before) => ({ ...before, subject: "", content: "" }));
      if (another) subject.current?.focus();
      else close();
    },
  });
  const failure = creation.error;
  const about = (name: string) => (failure instanceof ApiError ? failure.about(name) : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = Object.entries({ ...form, hs_pipeline: pipeline?.id, hs_pipeline_stage: stage?.id });
    creation.mutate(Object.fromEntries(given.filter((entry): entry is [string, string] => !!entry[1])));
  };
  return (
    <Modal opened onClose={close} title={t("title")} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            ref={subject}
            data-autofocus
            label={t("subject")}
            required
            withAsterisk={false}
            value={form.subject}
            error={about("subject")}
            onChange={(event) => setForm({ ...form, subject: event.currentTarget.value })}
          />
          <Textarea
            label={t("content")}
            autosize
            minRows={3}
            maxRows={10}
            value={form.content}
            error={about("content")}
            onChange={(event) => setForm({ ...form, content: event.currentTarget.value })}
          />
          <RequesterField value={requester} change={setRequester} />
          <Group grow align="start">
            <Select
              label={t("pipeline")}
              allowDeselect={false}
              value={pipeline?.id ?? null}
              onChange={(value) => (setPipelineId(value ?? undefined), setStageId(undefined))}
              data={pipelines.map(({ id, label }) => ({ value: id, label }))}
              data-value
            />
            <Select
              label={t("stage")}
              allowDeselect={false}
              value={stage?.id ?? null}
              error={about("hs_pipeline_stage")}
              onChange={(value) => setStageId(value ?? undefined)}
              data={(pipeline?.stages ?? []).map(({ id, label }) => ({ value: id, label }))}
            />
          </Group>
          <Group grow align="start">
            <Select
              label={t("common:priority")}
              clearable
              value={form.hs_ticket_priority}
              error={about("hs_ticket_priority")}
              onChange={(value) => setForm({ ...form, hs_ticket_priority: value })}
              data={PRIORITIES.map((value) => ({ value, label: t(`common:priority${value}`) }))}
            />
            <Select
              label={t("common:owner")}
              clearable
              searchable
              value={form.hubspot_owner_id}
              error={about("hubspot_owner_id")}
              onChange={(value) => setForm({ ...form, hubspot_owner_id: value })}
              data={owners.map((owner) => ({ value: String(owner.id), label: ownerName(owner) }))}
            />
          </Group>
          {failure !== null && (
            <Text c="var(--danger)" size="sm" role="alert" data-value={failure instanceof ApiError || undefined}>
              {failure instanceof ServerGone ? t("common:serverGone") : sentenceOf(failure)}
            </Text>
          )}
          <Group justify="space-between" mt="xs">
            <Checkbox label={t("another")} checked={another} onChange={(event) => setAnother(event.currentTarget.checked)} />
            <Button type="submit" loading={creation.isPending}>
              {t("create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
