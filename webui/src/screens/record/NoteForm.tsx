import { Button, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { writeNote } from "../../api/activities";
import { useShortcuts } from "../../app/shortcuts";
import { useSigned } from "../../app/useSession";
import { useT } from "../../i18n";
import { Refusal } from "../../parts/Refusal";
import classes from "./Timeline.module.css";
import { refresh } from "./useRecord";

/** The id of the field. */
export const NOTE = "note";

/** A note about the record; what was written stays until the server has it. */
export function NoteForm({ objectType, id }: { objectType: string; id: string }) {
  const t = useT("record");
  const cache = useQueryClient();
  const { user } = useSigned();
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  useShortcuts([{ keys: "n", label: "record:writeNote", section: "record:keys", run: () => field.current?.focus() }]);
  const writing = useMutation({
    meta: { quiet: true },
    mutationFn: () => writeNote(objectType, id, text.trim(), user.ownerId),
    onSuccess: () => {
      setText("");
      refresh(cache, objectType, id);
      field.current?.focus();
    },
  });
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (text.trim() && !writing.isPending) writing.mutate();
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <Textarea
        ref={field}
        id={NOTE}
        aria-label={t("writeNote")}
        placeholder={t("writeNote")}
        variant="unstyled"
        classNames={{ input: classes.grows! }}
        rows={1}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && submit()}
      />
      <Refusal error={writing.error} />
      {text.trim() !== "" && (
        <div className={classes.formEnd}>
          <Text size="xs" c="dimmed">
            {t("noteKeys")}
          </Text>
          <Button type="submit" size="xs" loading={writing.isPending}>
            {t("saveNote")}
          </Button>
        </div>
      )}
    </form>
  );
}
