import { Alert, Button, Text } from "@mantine/core";
import { ApiError, sentenceOf, ServerGone, SignedOut } from "../api/errors";
import { useT } from "../i18n";
import { CopyButton } from "./CopyButton";
import { Icon } from "./Icon";

/** A part of a page that could not be loaded: the server's sentence, its id, and another try. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useT("common");
  if (error instanceof SignedOut) return null;
  const said = error instanceof ServerGone ? t("serverGone") : sentenceOf(error);
  const id = error instanceof ApiError ? error.correlationId : undefined;
  return (
    <Alert color="red" variant="light" icon={<Icon name="warning" />} title={t("notLoaded")} m="md" role="alert">
      <Text size="sm" data-value={error instanceof ApiError ? true : undefined}>
        {said}
      </Text>
      {id !== undefined && (
        <Text size="xs" c="dimmed" mt={4}>
          <code data-value>{id}</code> <CopyButton text={id} label={t("copyId")} />
        </Text>
      )}
      {retry && (
        <Button size="compact-sm" variant="light" color="red" mt="sm" onClick={retry}>
          {t("tryAgain")}
        </Button>
      )}
    </Alert>
  );
}
