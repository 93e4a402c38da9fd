import { Checkbox, Group, Input, NativeSelect, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { removeRule, rulesKey, setRule, useRules } from "../../api/propertyRules";
import type { Property, ValidationRule } from "../../api/schema";
import { useT } from "../../i18n";
import { formatDateTime, formatDay, formatWeekday } from "../../parts/format";
import { Refusal } from "../../parts/Refusal";
import { FormDialog } from "./FormDialog";
import { IconButton } from "./IconButton";
import { DAYS, emptyForm, RULES, ruleOf, rulesFor, type RuleForm } from "./ruleKinds";
import classes from "./Settings.module.css";

interface Props {
  objectType: string;
  property: Property;
  close: () => void;
}

/** The rules of a property: which there are, one more, and the end of one. It stays open from one to the next. */
export default function RuleDialog({ objectType, property, close }: Props) {
  const t = useT("settings");
  const cache = useQueryClient();
  const rules = useRules(objectType).data?.[property.name] ?? [];
  const kinds = rulesFor(property);
  const [form, setForm] = useState(() => emptyForm(kinds[0] ?? ""));
  const nameOf = (ruleType: string) => t(`rule-${RULES[ruleType]?.called ?? ruleType}`);
  const refresh = () => cache.invalidateQueries({ queryKey: rulesKey(objectType) });
  const removing = useMutation({
    meta: { quiet: true },
    mutationFn: (ruleType: string) => removeRule(objectType, property.name, ruleType),
    onSettled: refresh,
  });
  return (
    <FormDialog
      title={t("rulesOf", { name: property.label })}
      verb={t("setRule")}
      leave={t("done")}
      size="lg"
      act={() => setRule(objectType, property.name, ruleOf(form))}
      close={close}
      done={() => (setForm(emptyForm(form.ruleType)), void refresh())}
    >
      {(about) => (
        <>
          {rules.length === 0 && <p className={classes.subtle}>{t("noRules")}</p>}
          <ul className={classes.plain} aria-label={t("rules")}>
            {rules.map((rule) => (
              <li key={rule.ruleType} className={classes.subscription} data-rule={rule.ruleType}>
                <span>{nameOf(rule.ruleType)}</span>
                <RuleArguments rule={rule} />
                {rule.shouldApplyNormalization && <span className={classes.badge}>{t("normalises")}</span>}
                <span className={classes.space} />
                <IconButton icon="bin" danger label={t("removeOf", { name: nameOf(rule.ruleType) })} onClick={() => removing.mutate(rule.ruleType)} />
              </li>
            ))}
          </ul>
          <Refusal error={removing.error} />
          <NativeSelect
            data-autofocus
            label={t("rule")}
            value={form.ruleType}
            data={kinds.map((value) => ({ value, label: nameOf(value) }))}
            onChange={(event) => setForm(emptyForm(event.currentTarget.value))}
          />
          <RuleFields form={form} change={(changes) => setForm({ ...form, ...changes })} error={about(form.ruleType)} />
          {RULES[form.ruleType]?.normalises && (
            <Switch label={t("normalise")} checked={form.normalise} onChange={(event) => setForm({ ...form, normalise: event.currentTarget.checked })} />
          )}
        </>
      )}
    </FormDialog>
  );
}

function RuleArguments({ rule: { ruleType, ruleArguments } }: { rule: ValidationRule }) {
  const t = useT("settings");
  const ask = RULES[ruleType]?.ask;
  if (ask === "nothing") return null;
  if (ask === "choice") return <b>{t(`choice-${ruleArguments[0] ?? "ALL"}`)}</b>;
  const shown = ruleArguments.map((one) => {
    if (ask === "days") return formatWeekday(DAYS.indexOf(one));
    if (ask === "date") return formatDay(new Date(Number(one)).toISOString().slice(0, 10));
    return ask === "instant" ? formatDateTime(one) : one;
  });
  return <code data-value>{shown.join(ask === "pattern" ? " · " : ", ")}</code>;
}

interface FieldsProps {
  form: RuleForm;
  change: (changes: Partial<RuleForm>) => void;
  error: string | undefined;
}

/** What a rule of that type needs to know. */
function RuleFields({ form, change, error }: FieldsProps) {
  const t = useT("settings");
  const kind = RULES[form.ruleType];
  if (kind === undefined || kind.ask === "nothing") return null;
  const field = {
    value: form.text,
    error,
    onChange: (event: { currentTarget: { value: string } }) => change({ text: event.currentTarget.value }),
  };
  switch (kind.ask) {
    case "choice":
      return <NativeSelect label={t("ask-choice")} data={(kind.choices ?? []).map((value) => ({ value, label: t(`choice-${value}`) }))} {...field} />;
    case "days":
      return (
        <Input.Wrapper label={t("rule-DAYS_OF_WEEK")} labelElement="div" error={error}>
          <Group gap="md" mt={6} role="group" aria-label={t("rule-DAYS_OF_WEEK")}>
            {DAYS.map((day, index) => (
              <Checkbox
                key={day}
                label={<span data-value>{formatWeekday(index)}</span>}
                checked={form.days.includes(day)}
                onChange={({ currentTarget: { checked } }) => change({ days: checked ? [...form.days, day] : form.days.filter((one) => one !== day) })}
              />
            ))}
          </Group>
        </Input.Wrapper>
      );
    case "pattern":
      return (
        <>
          <TextInput label={t("ask-pattern")} description={t("ask-patternText")} classNames={{ input: classes.code! }} spellCheck={false} {...field} />
          <TextInput label={t("ask-message")} value={form.message} onChange={(event) => change({ message: event.currentTarget.value })} />
        </>
      );
    case "date":
      return <TextInput type="date" label={t("ask-date")} {...field} />;
    case "instant":
      return <TextInput type="datetime-local" label={t("ask-date")} {...field} />;
    default:
      return <TextInput label={t(`ask-${kind.ask}`)} inputMode={kind.ask === "number" ? "decimal" : "text"} {...field} />;
  }
}
