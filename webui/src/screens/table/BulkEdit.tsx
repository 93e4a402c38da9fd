import { Button, Group, Modal, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { updateMany, type Failure } from "../../api/bulk";
import { sentenceOf } from "../../api/errors";
import { readRecords } from "../../api/records";
import { tell } from "../../app/notices";
import { useT } from "../../i18n";
import type { Labels } from "./labels";
import { fromWire, toWire } from "./operators";
import classes from "./Table.module.css";
import { titleOf } from "./definition";

interface Props {
  objectType: string;
  ids: string[];
  labels: Labels;
  close: () => void;
}

const PREVIEWED = 6;

/** One value for many records: choose, look at what will change, then what was refused. */
export default function BulkEdit({ objectType, ids, labels, close }: Props) {
  const t = useT("table");
  const cache = useQueryClient();
  const [name, setName] = useState<string | null>(null);
  const [value, setValue] = useState("");
  const [done, setDone] = useState(0);
  const [failures, setFailures] = useState<Failure[]>();
  const change = useMutation({
    meta: { quiet: true },
    mutationFn: (property: string) => updateMany(objectType, ids, { [property]: value }, setDone),
    onSuccess: (refused) => {
      void cache.invalidateQueries({ queryKey: ["records", objectType] });
      if (refused.length > 0) return setFailures(refused);
      tell(t("bulkDone", { count: ids.length }));
      close();
    },
  });
  const property = name === null ? undefined : labels.property(name);
  const writable = labels.properties.filter((one) => !one.hidden && !one.calculated && !one.modificationMetadata?.readOnlyValue);
  return (
    <Modal opened onClose={close} size="lg" title={t("bulkTitle", { count: ids.length })} closeButtonProps={{ "aria-label": t("common:close") }}>
      {failures !== undefined ? (
        <Refused failures={failures} total={ids.length} close={close} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name !== null) change.mutate(name);
          }}
        >
          <Stack gap="sm">
            <Select
              data-autofocus
              label={t("bulkProperty")}
              searchable
              limit={80}
              data={writable.map((one) => ({ value: one.name, label: one.label }))}
              value={name}
              onChange={(next) => (setName(next), setValue(""))}
            />
            {property && <NewValue property={property.name} labels={labels} value={value} change={setValue} />}
            {name !== null && <Preview {...{ objectType, ids, labels, name, value }} />}
            {change.error !== null && (
              <Text c="var(--danger)" size="sm" role="alert" data-value>
                {sentenceOf(change.error)}
              </Text>
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t("common:cancel")}
              </Button>
              <Button type="submit" disabled={name === null} loading={change.isPending}>
                {change.isPending ? t("exporting", { done, total: ids.length }) : t("bulkApply", { count: ids.length })}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function NewValue({ property, labels, value, change }: { property: string; labels: Labels; value: string; change: (value: string) => void }) {
  const t = useT("table");
  const definition = labels.property(property);
  const options = labels.options(property);
  const common = { label: t("bulkValue"), description: value === "" ? t("bulkEmpty") : undefined };
  if (options.length > 0 && definition?.fieldType !== "checkbox") {
    return <Select {...common} searchable clearable data={options} value={value || null} onChange={(next) => change(next ?? "")} />;
  }
  if (definition?.fieldType === "textarea") {
    return <Textarea {...common} autosize minRows={2} value={value} onChange={(event) => change(event.currentTarget.value)} />;
  }
  const type = definition?.type;
  const kind = type === "date" || type === "datetime" ? "date" : type === "number" ? "number" : "text";
  return <TextInput {...common} type={kind} value={fromWire(type, value)} onChange={(event) => change(toWire(type, event.currentTarget.value))} />;
}

function Preview({ objectType, ids, labels, name, value }: Omit<Props, "close"> & { name: string; value: string }) {
  const t = useT("table");
  const previewed = ids.slice(0, PREVIEWED);
  const { data: shown = [] } = useQuery({
    queryKey: ["records", objectType, "preview", name, previewed],
    queryFn: () => readRecords(objectType, previewed, [name, titleOf(objectType)]),
  });
  return (
    <div className={classes.preview}>
      <table>
        <caption>{t("bulkPreview")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("bulkRecord")}</th>
            <th scope="col">{t("bulkBefore")}</th>
            <th scope="col">{t("bulkAfter")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.id}>
              <td className="clip" data-value>
                {row.properties[titleOf(objectType)] || row.id}
              </td>
              <td data-value>{labels.text(name, row.properties[name]) || "–"}</td>
              <td data-value>
                <strong>{labels.text(name, value) || "–"}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {ids.length > PREVIEWED && <p>{t("bulkMore", { count: ids.length - PREVIEWED })}</p>}
    </div>
  );
}

function Refused({ failures, total, close }: { failures: Failure[]; total: number; close: () => void }) {
  const t = useT("table");
  return (
    <Stack gap="sm">
      <Text role="alert">{t("bulkRefused", { count: failures.length, done: total - failures.length })}</Text>
      <div className={classes.preview}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("bulkRecord")}</th>
              <th scope="col">{t("bulkReason")}</th>
            </tr>
          </thead>
          <tbody>
            {failures.map((one) => (
              <tr key={one.id}>
                <td className="numeric" data-value>
                  #{one.id}
                </td>
                <td data-value>{one.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Button onClick={close}>{t("common:close")}</Button>
    </Stack>
  );
}
