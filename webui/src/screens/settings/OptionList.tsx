import { Button, Input, TextInput } from "@mantine/core";
import { useRef } from "react";
import type { OptionBody } from "../../api/schema";
import { useT } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { IconButton } from "./IconButton";
import { nameFrom } from "./names";
import classes from "./Settings.module.css";
import { Sortable } from "./Sortable";

export interface Option {
  /** Who it is as long as the form is open. */
  key: number;
  label: string;
  /** Empty: made from the label. */
  value: string;
  hidden: boolean;
  description: string;
}

export const optionsOf = (options: Option[]): OptionBody[] =>
  options.map(({ label, value, hidden, description }, displayOrder) => ({
    label,
    value: value || nameFrom(label) || label,
    hidden,
    description,
    displayOrder,
  }));

interface Props {
  options: Option[];
  change: (options: Option[]) => void;
  fixed: boolean;
}

/** The values of an enumeration in their order. */
export function OptionList({ options, change, fixed }: Props) {
  const t = useT("settings");
  const list = useRef<HTMLDivElement>(null);
  const set = (key: number, changes: Partial<Option>) =>
    change(options.map((one) => (one.key === key ? { ...one, ...changes } : one)));
  const add = () => {
    const key = Math.max(-1, ...options.map((one) => one.key)) + 1;
    change([...options, { key, label: "", value: "", hidden: false, description: "" }]);
    // it is drawn with the next frame
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>("li:last-child input")?.focus());
  };
  const items = options.map((one) => ({ ...one, id: String(one.key) }));
  return (
    <Input.Wrapper label={t("options")} labelElement="div" description={t("optionsText")}>
      <div className={classes.options} ref={list} tabIndex={0} role="group" aria-label={t("options")}>
        <Sortable
          items={items}
          nameOf={(one) => one.label || t("option")}
          className={classes.plain}
          label={t("options")}
          order={change}
        >
          {(option, grip) => (
            <div className={classes.option}>
              {fixed ? <span /> : grip}
              <TextInput
                size="xs"
                aria-label={t("optionLabel")}
                placeholder={t("label")}
                readOnly={fixed}
                value={option.label}
                onChange={(event) => set(option.key, { label: event.currentTarget.value })}
              />
              <TextInput
                size="xs"
                aria-label={t("optionValue")}
                placeholder={nameFrom(option.label)}
                readOnly={fixed}
                value={option.value}
                onChange={(event) => set(option.key, { value: event.currentTarget.value })}
                data-value
              />
              {!fixed && (
                <IconButton
                  icon="close"
                  label={t("removeOf", { name: option.label || t("option") })}
                  onClick={() => change(options.filter((one) => one.key !== option.key))}
                />
              )}
            </div>
          )}
        </Sortable>
      </div>
      {!fixed && (
        <Button variant="subtle" size="compact-sm" leftSection={<Icon name="plus" size={14} />} onClick={add}>
          {t("addOption")}
        </Button>
      )}
    </Input.Wrapper>
  );
}
