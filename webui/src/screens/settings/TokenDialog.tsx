import { Button, Checkbox, Group, Input, TextInput } from "@mantine/core";
import { useState } from "react";
import type { NewPrivateToken } from "../../api/schema";
import { createToken, useScopes } from "../../api/tokens";
import { useT } from "../../i18n";
import { FormDialog } from "./FormDialog";
import classes from "./Settings.module.css";

/** `crm.objects.tickets.read` stands under `crm.objects`, what has no dots among the rest. */
const groupOf = (scope: string): string => /^(crm\.\w+|spokedesk)\./.exec(scope)?.[1] ?? "…";
const isRead = (scope: string) => /[.-]read$/.test(scope);

interface Props {
  close: () => void;
  made: (token: NewPrivateToken) => void;
}

export default function TokenDialog({ close, made }: Props) {
  const t = useT("settings");
  const { data } = useScopes();
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const all = (data?.results ?? []).map((one) => one.name);
  const shown = all.filter((one) => one.includes(text.trim().toLowerCase()));
  const toggle = (scope: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(scope);
    else next.delete(scope);
    setChosen(next);
  };
  const presets = [
    { label: t("scopesReadAll"), scopes: all.filter(isRead) },
    { label: t("scopesTickets"), scopes: all.filter((one) => one === "tickets" || one.includes(".tickets.") || one === "crm.objects.owners.read") },
    { label: t("scopesAll"), scopes: all },
    { label: t("scopesNone"), scopes: [] },
  ];
  return (
    <FormDialog title={t("newToken")} verb={t("create")} size="lg" act={() => createToken(name.trim(), [...chosen])} close={close} done={made}>
      {(about) => (
        <>
          <TextInput data-autofocus label={t("name")} value={name} error={about("name")} onChange={(event) => setName(event.currentTarget.value)} />
          <Input.Wrapper label={t("scopes")} labelElement="div" description={t("scopesChosen", { count: chosen.size })} error={about("scopes")}>
            <Group gap={6} my={6}>
              {presets.map((preset) => (
                <Button key={preset.label} size="compact-xs" variant="light" onClick={() => setChosen(new Set(preset.scopes))}>
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
        </>
      )}
    </FormDialog>
  );
}
