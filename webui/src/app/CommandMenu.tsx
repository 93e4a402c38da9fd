import { Kbd, Loader, Modal, useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, type KeyboardEvent, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { find, type Found } from "../api/find";
import { signOut } from "../api/session";
import { LANGUAGES, useT } from "../i18n";
import { Icon, type IconName } from "../parts/Icon";
import { When } from "../parts/When";
import classes from "./CommandMenu.module.css";
import { complain } from "./notices";
import { chooseDensity, chooseLanguage, usePreferences } from "./preferences";
import { navigation } from "./routes";
import { useSession } from "./useSession";

interface Entry {
  key: string;
  section: string;
  icon: IconName;
  /** Ours, or the server's when `isData`. */
  text: string;
  isData?: boolean;
  detail?: ReactNode;
  keys?: string;
  run: () => void;
}

interface Props {
  close: () => void;
  create: (objectType: string) => void;
  openKeys: () => void;
}

const ICONS: Record<string, IconName> = { tickets: "table", contacts: "person", companies: "company" };
const DEBOUNCE_MS = 180;

/** One field for everything: records by number or text, pages, actions. */
export default function CommandMenu({ close, create, openKeys }: Props) {
  const t = useT("common");
  const [text, setText] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), DEBOUNCE_MS);
  const [position, setPosition] = useState(0);
  const navigate = useNavigate();
  const go = (to: string) => void navigate(to);
  const { data, isFetching, error } = useQuery({
    queryKey: ["find", wanted],
    queryFn: ({ signal }) => find(wanted, signal),
    enabled: wanted !== "",
  });
  const commands = useCommands(create, openKeys, go).filter((entry) => matches(entry.text, text));
  // records of an earlier text are never what Enter should open, and later ones must not push a command away
  const found = wanted === text.trim() ? (data ?? []) : [];
  const entries = [...commands, ...found.map((one) => entryOf(one, t("foundRecords"), go))];
  useEffect(() => setPosition(0), [wanted]);
  const chosen = Math.min(position, entries.length - 1);
  const run = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    close();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined && entries.length > 0) {
      event.preventDefault();
      setPosition((chosen + step + entries.length) % entries.length);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      run(entries[chosen]);
    }
  };
  return (
    <Modal opened onClose={close} withCloseButton={false} padding={0} size={620} yOffset="12vh" radius="lg" aria-label={t("find")}>
      <div className={classes.field}>
        <Icon name="search" />
        <input
          data-autofocus
          role="combobox"
          aria-expanded={entries.length > 0}
          aria-controls={entries.length > 0 ? "commands" : undefined}
          aria-activedescendant={entries[chosen] ? `command-${chosen}` : undefined}
          aria-autocomplete="list"
          aria-label={t("find")}
          placeholder={t("findPlaceholder")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {isFetching ? <Loader size="xs" aria-label={t("loading")} /> : <Kbd data-value>Esc</Kbd>}
      </div>
      {error !== null && (
        <p className={classes.nothing} role="alert" data-value>
          {error.message}
        </p>
      )}
      <Entries entries={entries} chosen={chosen} run={run} hover={setPosition} />
    </Modal>
  );
}

function Entries({ entries, chosen, run, hover }: { entries: Entry[]; chosen: number; run: (entry: Entry) => void; hover: (index: number) => void }) {
  const t = useT("common");
  useEffect(() => {
    // newer browsers return a promise, which an effect must not
    void document.getElementById(`command-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const sections = [...new Set(entries.map((one) => one.section))];
  if (entries.length === 0) {
    return (
      <p className={classes.nothing} role="status">
        {t("nothingFound")}
      </p>
    );
  }
  return (
    <div id="commands" role="listbox" aria-label={t("commands")} className={classes.list} tabIndex={-1}>
      {sections.map((section) => (
        <div key={section} role="group" aria-label={section}>
          <div className={classes.section} aria-hidden="true">
            {section}
          </div>
          {entries.map((entry, index) =>
            entry.section === section ? (
              <div
                key={entry.key}
                id={`command-${index}`}
                role="option"
                aria-selected={index === chosen}
                className={classes.entry}
                onMouseMove={() => hover(index)}
                onClick={() => run(entry)}
              >
                <Icon name={entry.icon} />
                <span className="clip" data-value={entry.isData || undefined}>
                  {entry.text}
                </span>
                <span className={classes.detail}>{entry.detail}</span>
                {entry.keys?.split(/[ +]/).map((key) => (
                  <Kbd key={key} size="xs" data-value>
                    {key}
                  </Kbd>
                ))}
              </div>
            ) : null,
          )}
        </div>
      ))}
    </div>
  );
}

const matches = (name: string, text: string) =>
  text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => name.toLowerCase().includes(word));

function entryOf(one: Found, section: string, go: (to: string) => void): Entry {
  return {
    key: `${one.objectType}-${one.id}`,
    section,
    icon: ICONS[one.objectType] ?? "note",
    text: one.title || `#${one.id}`,
    isData: true,
    detail: (
      <>
        <span className="clip" data-value>
          {one.detail}
        </span>
        <When at={one.updatedAt} />
      </>
    ),
    run: () => go(`/${one.objectType}/${one.id}`),
  };
}

function useCommands(create: (objectType: string) => void, openKeys: () => void, go: (to: string) => void): Entry[] {
  const t = useT("common");
  const session = useSession();
  const { density } = usePreferences();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const actions = t("commandsActions");
  const dark = colorScheme === "dark";
  return [
    ...["tickets", "contacts", "companies"].map((objectType): Entry => ({
      key: `create-${objectType}`,
      section: actions,
      icon: "plus",
      text: t(`new-${objectType}`),
      ...(objectType === "tickets" ? { keys: "c" } : {}),
      run: () => create(objectType),
    })),
    ...navigation
      .filter((one) => one.scope === undefined || (session.state === "in" && session.scopes.has(one.scope)))
      .map((one): Entry => ({
        key: one.to,
        section: t("keysGoTo"),
        icon: one.icon,
        text: t(one.label),
        ...(one.key === undefined ? {} : { keys: `g ${one.key}` }),
        run: () => go(one.to),
      })),
    {
      key: "scheme",
      section: actions,
      icon: dark ? "sun" : "moon",
      text: t(dark ? "commandLight" : "commandDark"),
      run: () => setColorScheme(dark ? "light" : "dark"),
    },
    {
      key: "density",
      section: actions,
      icon: "table",
      text: t(density === "compact" ? "commandComfortable" : "commandCompact"),
      run: () => chooseDensity(density === "compact" ? "comfortable" : "compact"),
    },
    ...Object.entries(LANGUAGES).map(([code, name]): Entry => ({
      key: `language-${code}`,
      section: t("language"),
      icon: "note",
      text: name,
      isData: true,
      run: () => void chooseLanguage(code).catch(complain),
    })),
    { key: "keys", section: actions, icon: "keyboard", text: t("keySheet"), keys: "?", run: openKeys },
    { key: "out", section: actions, icon: "signout", text: t("signOut"), run: () => void signOut().catch(complain) },
  ];
}
