import { Button, Group, Modal, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { ApiError } from "../../api/errors";
import { useT } from "../../i18n";
import { Refusal } from "../../parts/Refusal";

export type About = (property: string) => string | undefined;

// blurring hundreds of rows behind it costs frames
const PLAIN = { backgroundOpacity: 0.4 };

interface Props<Made> {
  title: string;
  /** The word on the button. */
  verb: string;
  /** The word on the button that leaves it. */
  leave?: string;
  /** What cannot be taken back. */
  danger?: boolean;
  size?: string;
  act: () => Promise<Made>;
  /** Called when it is left, and when `act` has worked unless `done` is given. */
  close: () => void;
  done?: (made: Made) => void;
  children: ReactNode | ((about: About) => ReactNode);
}

/** A form, or a question, in a dialog. It stays open with the server's reason as long as that refuses. */
export function FormDialog<Made>({ title, verb, leave, danger = false, size = "md", act, close, done, children }: Props<Made>) {
  const t = useT("common");
  const deed = useMutation({ meta: { quiet: true }, mutationFn: act, onSuccess: done ?? close });
  const about: About = (property) => (deed.error instanceof ApiError ? deed.error.about(property) : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    deed.mutate();
  };
  return (
    <Modal opened onClose={close} title={title} size={size} overlayProps={PLAIN} closeButtonProps={{ "aria-label": t("close") }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {typeof children === "function" ? children(about) : children}
          <Refusal error={deed.error} />
          <Group justify="end" gap="xs" mt="xs">
            <Button variant="default" onClick={close} {...(danger ? { "data-autofocus": true } : {})}>
              {leave ?? t("cancel")}
            </Button>
            <Button type="submit" {...(danger ? { color: "red" } : {})} loading={deed.isPending}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
