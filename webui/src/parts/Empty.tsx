import { Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useT } from "../i18n";
import { CopyButton } from "./CopyButton";
import classes from "./Empty.module.css";
import { Icon, type IconName } from "./Icon";

interface Props {
  icon: IconName;
  title: string;
  text?: string;
  /** A command that does the same from a terminal. */
  curl?: string;
  children?: ReactNode;
}

/** A page or list with nothing in it: what it is for, one button, one curl line. */
export function Empty({ icon, title, text, curl, children }: Props) {
  const t = useT("common");
  return (
    <div className={classes.empty}>
      <span className={classes.disc}>
        <Icon name={icon} size={26} />
      </span>
      <Title order={2} size="h4">
        {title}
      </Title>
      {text !== undefined && <Text c="dimmed">{text}</Text>}
      {children}
      {curl !== undefined && (
        <div className={classes.curl}>
          <code tabIndex={0} data-value>
            {curl}
          </code>
          <CopyButton text={curl} label={t("copyCurl")} />
        </div>
      )}
    </div>
  );
}
