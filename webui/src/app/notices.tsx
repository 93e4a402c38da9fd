/** Short messages in a corner: what was done, and what the server refused, in the server's words. */
import { ActionIcon, Button, CloseButton, Paper, Text } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { ApiError, ServerGone, SignedOut } from "../api/errors";
import { translate, useT } from "../i18n";
import { Icon } from "../parts/Icon";
import classes from "./notices.module.css";

interface Notice {
  id: number;
  tone: "good" | "bad";
  text: string;
  /** What the server said, as it said it. */
  said?: string | undefined;
  correlationId?: string | undefined;
  action?: { label: string; run: () => void } | undefined;
}

const SHOWN_MS = 5000;
const MOST = 4;
const listeners = new Set<() => void>();
let notices: readonly Notice[] = [];
let nextId = 1;

function change(next: readonly Notice[]) {
  notices = next;
  for (const listener of listeners) listener();
}

const dismiss = (id: number) => change(notices.filter((one) => one.id !== id));

function add(notice: Omit<Notice, "id">) {
  const id = nextId++;
  change([...notices, { id, ...notice }].slice(-MOST));
  if (notice.tone === "good") window.setTimeout(() => dismiss(id), SHOWN_MS);
}

export const tell = (text: string, action?: Notice["action"]) => add({ tone: "good", text, action });

/** Say that something did not work. Being signed out or without a server is shown elsewhere. */
export function complain(error: unknown, text = translate("common:failed")) {
  if (error instanceof SignedOut || error instanceof ServerGone) return;
  if (error instanceof ApiError) {
    add({ tone: "bad", text, said: error.sentence, correlationId: error.correlationId });
  } else {
    add({ tone: "bad", text, said: error instanceof Error ? error.message : String(error) });
  }
}

export function Notices() {
  const t = useT("common");
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notices,
  );
  return (
    <section className={classes.stack} aria-label={t("notices")} aria-live="polite">
      {shown.map((notice) => (
        <Paper key={notice.id} className={classes.notice} data-tone={notice.tone} role={notice.tone === "bad" ? "alert" : "status"}>
          <Icon name={notice.tone === "bad" ? "warning" : "check"} />
          <div className={classes.text}>
            <Text size="sm" fw={600}>
              {notice.text}
            </Text>
            {notice.said !== undefined && (
              <Text size="sm" data-value>
                {notice.said}
              </Text>
            )}
            {notice.correlationId !== undefined && (
              <div className={classes.id}>
                <code data-value>{notice.correlationId}</code>
                <ActionIcon
                  size="xs"
                  variant="subtle"
                  color="gray"
                  aria-label={t("copyId")}
                  onClick={() => void navigator.clipboard.writeText(notice.correlationId ?? "")}
                >
                  <Icon name="copy" size={13} />
                </ActionIcon>
              </div>
            )}
            {notice.action && (
              <Button size="compact-xs" variant="light" mt={6} onClick={() => (notice.action?.run(), dismiss(notice.id))}>
                {notice.action.label}
              </Button>
            )}
          </div>
          <CloseButton size="sm" aria-label={t("dismiss")} onClick={() => dismiss(notice.id)} />
        </Paper>
      ))}
    </section>
  );
}
