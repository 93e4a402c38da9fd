import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { ApiError, sentenceOf, ServerGone } from "../../api/errors";
import { eraseRecords, type Binned } from "../../api/recycleBin";
import { tell } from "../../app/notices";
import { useT } from "../../i18n";
import classes from "./Bin.module.css";
import { nameOf } from "./types";

const NAMED = 5;

interface Props {
  objectType: string;
  rows: Binned[];
  close: () => void;
  done: () => void;
}

/** For good, and so only for somebody who writes that it is meant. */
export default function Erase({ objectType, rows, close, done }: Props) {
  const t = useT("bin");
  const [typed, setTyped] = useState("");
  const word = t("word");
  const isMeant = typed.trim().toLowerCase() === word.toLowerCase();
  const erasing = useMutation({
    meta: { quiet: true },
    mutationFn: () => eraseRecords(objectType, rows.map((row) => row.id)),
    onSuccess: ({ erased, missing }) => {
      tell([erased.length > 0 && t("erased", { count: erased.length }), missing.length > 0 && t("notThere", { count: missing.length })].filter(Boolean).join(" "));
      done();
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isMeant && !erasing.isPending) erasing.mutate();
  };
  const failure = erasing.error;
  return (
    <Modal opened onClose={close} title={t("eraseTitle", { count: rows.length })} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <ul className={classes.names}>
            {rows.slice(0, NAMED).map((row) => (
              <li key={row.id} data-value>
                {nameOf(objectType, row) || t("common:untitled")} <Text span c="dimmed">{`#${row.id}`}</Text>
              </li>
            ))}
            {rows.length > NAMED && <li>{t("andMore", { count: rows.length - NAMED })}</li>}
          </ul>
          <Text size="sm">{t("eraseText")}</Text>
          <TextInput data-autofocus label={t("typeWord", { word })} value={typed} autoComplete="off" onChange={(event) => setTyped(event.currentTarget.value)} />
          {failure !== null && (
            <Text c="var(--danger)" size="sm" role="alert" data-value={failure instanceof ApiError || undefined}>
              {failure instanceof ServerGone ? t("common:serverGone") : sentenceOf(failure)}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("common:cancel")}
            </Button>
            <Button type="submit" color="red" disabled={!isMeant} loading={erasing.isPending}>
              {t("erase")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
