import { Popover, SegmentedControl, Text, UnstyledButton, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { signOut, type User } from "../api/session";
import { LANGUAGES, useT } from "../i18n";
import { Icon, type IconName } from "../parts/Icon";
import { initials } from "../parts/OwnerMark";
import { complain } from "./notices";
import { chooseDensity, chooseLanguage, usePreferences, type Density } from "./preferences";
import classes from "./UserMenu.module.css";
import { useSigned } from "./useSession";

export const nameOf = (user: User) => [user.firstName, user.lastName].filter(Boolean).join(" ") || user.email;

/** Who is signed in, and what a person may choose for this browser. */
export default function UserMenu({ openKeys }: { openKeys: () => void }) {
  const t = useT("common");
  const { user } = useSigned();
  const [opened, setOpened] = useState(false);
  const queries = useQueryClient();
  const leave = () => void signOut().then(() => queries.clear(), complain);
  return (
    <Popover opened={opened} onChange={setOpened} position="right-end" width={280} shadow="md" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <UnstyledButton className={classes.button} onClick={() => setOpened(!opened)}>
          <span className={classes.disc} aria-hidden="true" data-value>
            {initials(nameOf(user))}
          </span>
          <span className={classes.name}>
            <span className="clip" data-value>
              {nameOf(user)}
            </span>
            <Text span size="xs" c="dimmed">
              {t(`role-${user.role}`)}
            </Text>
          </span>
          <span className="visually-hidden">{t("userMenu")}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("userMenu")} className={classes.menu}>
        <Choices />
        <hr />
        <Item icon="keyboard" run={() => (setOpened(false), openKeys())}>
          {t("keySheet")}
        </Item>
        <UnstyledButton component="a" href="/docs" className={classes.item}>
          <Icon name="note" size={16} />
          {t("apiReference")}
        </UnstyledButton>
        <Item icon="signout" run={leave}>
          {t("signOut")}
        </Item>
      </Popover.Dropdown>
    </Popover>
  );
}

function Item({ icon, run, children }: { icon: IconName; run: () => void; children: ReactNode }) {
  return (
    <UnstyledButton className={classes.item} onClick={run}>
      <Icon name={icon} size={16} />
      {children}
    </UnstyledButton>
  );
}

function Choices() {
  const t = useT("common");
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { language, density } = usePreferences();
  return (
    <>
      <span className={classes.label}>{t("appearance")}</span>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={t("appearance")}
        value={colorScheme}
        onChange={(value) => setColorScheme(value as MantineColorScheme)}
        data={(["light", "dark", "auto"] as const).map((value) => ({ value, label: t(`scheme-${value}`) }))}
      />
      <span className={classes.label}>{t("density")}</span>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={t("density")}
        value={density}
        onChange={(value) => chooseDensity(value as Density)}
        data={(["comfortable", "compact"] as const).map((value) => ({ value, label: t(`density-${value}`) }))}
      />
      <span className={classes.label}>{t("language")}</span>
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <UnstyledButton
          key={code}
          className={classes.item}
          lang={code}
          aria-pressed={code === language}
          onClick={() => void chooseLanguage(code).catch(complain)}
          data-value
        >
          {name}
          {code === language && <Icon name="check" size={15} />}
        </UnstyledButton>
      ))}
    </>
  );
}
