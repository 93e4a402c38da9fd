import { Title } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import classes from "./Screen.module.css";

interface Props {
  title: string;
  /** The title is data, not one of our texts. */
  isData?: boolean;
  /** Beside the title. */
  beside?: ReactNode;
  actions?: ReactNode;
  /** A second row below the title, for filters. */
  tools?: ReactNode;
  /** The content brings its own scrolling. */
  fixed?: boolean;
  children: ReactNode;
}

/** The frame of every page: title, actions, tools, content. */
export function Screen({ title, isData = false, beside, actions, tools, fixed = false, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Spokedesk`;
  }, [title]);
  return (
    <div className={classes.screen}>
      <header className={classes.head}>
        <div className={classes.row}>
          <Title order={1} size="h3" className={classes.title} data-value={isData || undefined}>
            {title}
          </Title>
          {beside}
          <div className={classes.actions}>{actions}</div>
        </div>
        {tools !== undefined && <div className={classes.tools}>{tools}</div>}
      </header>
      <div className={classes.content} data-fixed={fixed || undefined}>
        {children}
      </div>
    </div>
  );
}
