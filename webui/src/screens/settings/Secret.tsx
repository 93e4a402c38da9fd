import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useT } from "../../i18n";
import { CopyButton } from "../../parts/CopyButton";
import classes from "./Settings.module.css";

// blurring hundreds of rows behind it costs frames
const PLAIN = { backgroundOpacity: 0.4 };

interface Props {
  title: string;
  text: string;
  secret: string;
  children?: ReactNode;
  close: () => void;
}

/** Something that is shown this one time. A click beside the dialog does not close it. */
export function Secret({ title, text, secret, children, close }: Props) {
  const t = useT("settings");
  return (
    <Modal opened onClose={close} title={title} size="lg" overlayProps={PLAIN} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack gap="sm">
        <Text size="sm">{text}</Text>
        <div className={classes.secret}>
          <code data-testid="secret" data-value>
            {secret}
          </code>
          <CopyButton text={secret} />
        </div>
        {children}
        <Group justify="end">
          <Button onClick={close}>{t("done")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
