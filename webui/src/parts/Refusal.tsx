import { Text } from "@mantine/core";
import { ApiError, sentenceOf, ServerGone, SignedOut } from "../api/errors";
import { useT } from "../i18n";
import { CopyButton } from "./CopyButton";

/** Why the server did not do what somebody asked of it, in its own words; nothing while there is no error. */
export function Refusal({ error }: { error: Error | null }) {
  const t = useT("common");
  if (error === null || error instanceof SignedOut) return null;
  const id = error instanceof ApiError ? error.correlationId : undefined;
  return (
    <div role="alert">
      <Text c="var(--danger)" size="sm" data-value={error instanceof ApiError || undefined}>
        {error instanceof ServerGone ? t("serverGone") : sentenceOf(error)}
      </Text>
      {id !== undefined && (
        <Text size="xs" c="dimmed">
          <code data-value>{id}</code> <CopyButton text={id} label={t("copyId")} />
        </Text>
      )}
    </div>
  );
}
