import { Button, Select, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useApps } from "../../api/apps";
import { useT } from "../../i18n";
import { Icon } from "../../parts/Icon";
import classes from "./Settings.module.css";

const OTHER = "other";

interface Props {
  appId: string;
  choose: (id: string) => void;
}

/** One of the apps that there are, or an id that is typed: an account that takes every token knows no apps. */
export function AppChooser({ appId, choose }: Props) {
  const t = useT("settings");
  const { data, isPending } = useApps();
  const [typing, setTyping] = useState(false);
  const [text, setText] = useState(appId);
  if (isPending) return null;
  const apps = (data?.results ?? []).filter((one) => one.revokedAt === undefined);
  const isListed = apps.some((one) => one.id === appId);
  const types = typing || apps.length === 0 || (appId !== "" && !isListed);
  const open = (event: FormEvent) => {
    event.preventDefault();
    choose(text.trim());
  };
  return (
    <>
      {apps.length > 0 && (
        <Select
          aria-label={t("app")}
          placeholder={t("chooseApp")}
          w={280}
          searchable
          allowDeselect={false}
          value={types ? OTHER : appId || null}
          data={[...apps.map((one) => ({ value: one.id, label: `${one.name} (${one.id})` })), { value: OTHER, label: t("otherApp") }]}
          onChange={(chosen) => {
            setTyping(chosen === OTHER);
            if (chosen !== null && chosen !== OTHER) choose(chosen);
          }}
          data-value
        />
      )}
      {types && (
        <form onSubmit={open} className={classes.row}>
          <TextInput
            aria-label={t("appId")}
            placeholder={t("appId")}
            inputMode="numeric"
            w={200}
            leftSection={<Icon name="key" size={15} />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" variant="default">
            {t("show")}
          </Button>
        </form>
      )}
    </>
  );
}
