import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { ADMIN, useScope } from "../../app/useSession";
import { useT } from "../../i18n";
import { Empty } from "../../parts/Empty";
import { Icon, type IconName } from "../../parts/Icon";
import { Screen } from "../../parts/Screen";
import classes from "./Settings.module.css";

const SECTIONS = {
  pipelines: "board",
  properties: "columns",
  groups: "note",
  labels: "link",
  users: "person",
  owners: "bookmark",
  tokens: "key",
  apps: "table",
  webhooks: "live",
} as const satisfies Record<string, IconName>;

interface Props {
  section: keyof typeof SECTIONS;
  actions?: ReactNode;
  /** Below the heading, for filters. */
  tools?: ReactNode;
  children: ReactNode;
}

/** The frame of every page of the settings: its sections on the left, one of them beside. */
export function SettingsFrame({ section, actions, tools, children }: Props) {
  const t = useT("settings");
  const isAdmin = useScope(ADMIN);
  if (!isAdmin) {
    return (
      <Screen title={t("navigation")}>
        <Empty icon="key" title={t("adminsOnly")} text={t("adminsOnlyText")} />
      </Screen>
    );
  }
  return (
    <Screen title={t("navigation")} fixed>
      <div className={classes.frame}>
        <nav aria-label={t("navigation")} className={classes.sections}>
          {(Object.keys(SECTIONS) as (keyof typeof SECTIONS)[]).map((one) => (
            <Link key={one} to={`/settings/${one}`} className={classes.section} aria-current={one === section ? "page" : undefined}>
              <Icon name={SECTIONS[one]} size={16} />
              {t(`section-${one}`)}
            </Link>
          ))}
        </nav>
        <div className={classes.body} tabIndex={-1}>
          <div className={classes.inner}>
            <header className={classes.head}>
              <div>
                <Title order={2} size="h4">
                  {t(`section-${section}`)}
                </Title>
                <p>{t(`about-${section}`)}</p>
              </div>
              <div className={classes.actions}>{actions}</div>
            </header>
            {tools !== undefined && <div className={classes.tools}>{tools}</div>}
            {children}
          </div>
        </div>
      </div>
    </Screen>
  );
}
