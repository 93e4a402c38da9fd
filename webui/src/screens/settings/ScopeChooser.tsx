import { Button, Checkbox, Group, Input, TextInput } from "@mantine/core";
import { useState } from "react";
import { useScopes } from "../../api/tokens";
import { useT } from "../../i18n";
import classes from "./Settings.module.css";

/** `crm.objects.tickets.read` stands under `crm.objects`, what has no dots among the rest. */
const groupOf = (scope: string): string => /^(crm\.\w+|spokedesk)\./.exec(scope)?.[1] ?? "…";
const isRead = (scope: string) => /[.-]read$/.test(scope);

interface Props {
  chosen: ReadonlySet<string>;
  change: (chosen: ReadonlySet<string>) => void;
  /** Below the label; how many are chosen otherwise. */
  description?: string | undefined;
  error: string | undefined;
}

/** What a token or an app may be allowed to do. */
export function ScopeChooser({ chosen, change, description, error }: Props) {
  const t = useT("settings");
  const { data } = useScopes();
  const [text, setText] = useState("");
  // a program may have scopes of parts that this server does not have
  const [before] = useState(() => [...chosen]);
  const all = [...new Set([...(data?.results ?? []).map((one) => one.name), ...before])];
  const shown = all.filter((one) => one.includes(text.trim().toLowerCase()));
  const toggle = (scope: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(scope);
    else next.delete(scope);
    change(next);
  };
  const presets = [
    { label: t("scopesReadAll"), scopes: all.filter(isRead) },
    { label: t("scopesTickets"), scopes: all.filter((one) => one === "tickets" || one.includes(".tickets.") || one === "crm.objects.owners.read") },
    { label: t("scopesAll"), scopes: all },
    { label: t("scopesNone"), scopes: [] },
  ];
  return (
    <Input.Wrapper label={t("scopes")} labelElement="div" description={description ?? t("scopesChosen", { count: chosen.size })} error={error}>
      <Group gap={6} my={6}>
        {presets.map((preset) => (
          <Button key={preset.label} size="compact-xs" variant="light" onClick={() => change(new Set(preset.scopes))}>
            {preset.label}
          </Button>
        ))}
      </Group>
      <TextInput
        aria-label={t("scopesFilter")}
        placeholder={t("scopesFilter")}
        size="xs"
        mb={6}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={classes.scopes} tabIndex={0} role="group" aria-label={t("scopes")} data-value>
        {[...new Set(shown.map(groupOf))].map((group) => (
          <div key={group}>
            <h4>{group}</h4>
            {shown
              .filter((one) => groupOf(one) === group)
              .map((one) => (
                <Checkbox
                  key={one}
                  size="xs"
                  my={4}
                  label={one}
                  checked={chosen.has(one)}
                  onChange={(event) => toggle(one, event.currentTarget.checked)}
                />
              ))}
          </div>
        ))}
      </div>
    </Input.Wrapper>
  );
}
