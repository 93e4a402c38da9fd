import { Button, Checkbox, Select, Text, Textarea, TextInput } from "@mantine/core";
import { useState, type KeyboardEvent } from "react";
import type { Property } from "../../api/schema";
import { useT } from "../../i18n";
import classes from "./Properties.module.css";
import { isMany, type Choice } from "./values";

interface Props {
  property: Property;
  value: string;
  choices: Choice[] | undefined;
  /** What the server said about the last try, in its words or ours. */
  error: string | undefined;
  isPending: boolean;
  /** What it became since the editing began, when somebody else wrote it. */
  meanwhile: string | undefined;
  save: (value: string) => void;
  cancel: () => void;
}

const pad = (part: number) => String(part).padStart(2, "0");

/** An instant as the input of a browser wants it, in the time zone of the browser. */
function localOf(value: string): string {
  const at = new Date(/^-?\d+$/.test(value) ? Number(value) : value);
  if (value === "" || Number.isNaN(at.getTime())) return "";
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** The control that fits the type of a property. What is chosen from a list is saved at once, what is written with a key. */
export function Editor({ property, value, choices, error, isPending, meanwhile, save, cancel }: Props) {
  const t = useT("record");
  const isInstant = property.type === "datetime";
  const start = isInstant ? localOf(value) : value;
  const [draft, setDraft] = useState(start);
  const isText = property.fieldType === "textarea" || property.fieldType === "html";
  const done = () => save(isInstant && draft !== "" ? new Date(draft).toISOString() : draft);
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      cancel();
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing && (!isText || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      done();
    }
  };
  const shared = { "aria-label": property.label, size: "xs" as const, error, disabled: isPending, autoFocus: true };
  const buttons = (
    <div className={classes.buttons}>
      <Button size="compact-xs" onClick={done} loading={isPending}>
        {t("common:save")}
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={cancel}>
        {t("common:cancel")}
      </Button>
    </div>
  );
  const warning = meanwhile !== undefined && (
    <Text size="xs" c="var(--warning)" role="status">
      {t("meanwhile", { value: meanwhile || t("nothing") })}
    </Text>
  );
  const leave = (event: React.FocusEvent<HTMLDivElement>) => {
    if (!event.currentTarget.contains(event.relatedTarget) && draft === start && error === undefined && !isPending) cancel();
  };
  if (choices !== undefined && !isMany(property)) {
    return (
      <div className={classes.editor} onBlur={leave}>
        <Select
          {...shared}
          data={choices}
          value={draft || null}
          searchable={choices.length > 8}
          clearable={!["hs_pipeline", "hs_pipeline_stage"].includes(property.name)}
          clearButtonProps={{ "aria-label": t("clear") }}
          defaultDropdownOpened
          onKeyDown={(event) => event.key === "Escape" && (event.stopPropagation(), cancel())}
          onChange={(next) => (setDraft(next ?? ""), save(next ?? ""))}
        />
        {warning}
      </div>
    );
  }
  if (choices !== undefined) {
    return (
      <div className={classes.editor}>
        <Checkbox.Group aria-label={property.label} error={error} value={draft.split(";").filter(Boolean)} onChange={(next) => setDraft(next.join(";"))}>
          <div className={classes.options} onKeyDown={press}>
            {choices.map((choice, index) => (
              <Checkbox key={choice.value} size="xs" value={choice.value} label={<span data-value>{choice.label}</span>} autoFocus={index === 0} disabled={isPending} />
            ))}
          </div>
        </Checkbox.Group>
        {warning}
        {buttons}
      </div>
    );
  }
  return (
    <div className={classes.editor} onBlur={leave}>
      {isText ? (
        <Textarea
          {...shared}
          classNames={{ input: classes.grows! }}
          rows={3}
          value={draft}
          onKeyDown={press}
          onChange={(event) => setDraft(event.currentTarget.value)}
        />
      ) : (
        <TextInput
          {...shared}
          type={isInstant ? "datetime-local" : property.type === "date" ? "date" : "text"}
          inputMode={property.type === "number" ? "decimal" : undefined}
          value={draft}
          onKeyDown={press}
          onChange={(event) => setDraft(event.currentTarget.value)}
        />
      )}
      {warning}
      {buttons}
    </div>
  );
}
