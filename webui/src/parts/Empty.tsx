import { Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Curl } from "./Curl";
import classes from "./Empty.module.css";
import { Icon, type IconName } from "./Icon";

interface Props {
  icon: IconName;
  title: string;
  text?: string | undefined;
  /** A command that does the same from a terminal. */
  curl?: string | undefined;
  children?: ReactNode;
}

/** A page with nothing in it: what it is for, one button, one curl line. */
export function Empty({ icon, title, text, curl, children }: Props) {
  return (
    <div className={classes.empty} data-testid="empty">
      <span className={classes.disc}>
        <Icon name={icon} size={26} />
      </span>
      <Title order={2} size="h4">
        {title}
      </Title>
      {text !== undefined && <Text c="dimmed">{text}</Text>}
      {children}
      {curl !== undefined && <Curl line={curl} />}
    </div>
  );
}

interface PartProps extends Pick<Props, "curl" | "children"> {
  text: string;
  /** Nothing beside the command: one of several in a narrow place. */
  bare?: boolean;
}

/** The same for a part of a page, which has a heading already. */
export function EmptyPart({ text, curl, bare = false, children }: PartProps) {
  return (
    <div className={classes.part} data-testid="empty">
      <p>{text}</p>
      {children}
      {curl !== undefined && <Curl line={curl} bare={bare} />}
    </div>
  );
}
