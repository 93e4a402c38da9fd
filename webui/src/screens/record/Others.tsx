import { CloseButton } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useChanges, type Change } from "../../api/changes";
import type { Property, Record as Row } from "../../api/schema";
import { useSigned } from "../../app/useSession";
import { useT } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { When } from "../../parts/When";
import { useWho } from "./Source";
import classes from "./Record.module.css";
import { refresh } from "./useRecord";
import { mayEdit } from "./values";

const NAMED = 3;
/** What the server works out by itself is no news. */
const OWN_WORK = "CALCULATED";

export interface News {
  change: Change;
  /** Names of the properties that somebody wrote. */
  written: string[];
}

/** What others do to a record while its page is open: it is read again, and who did what is said. */
export function useOthers(objectType: string, row: Row, properties: Property[]): [News | undefined, () => void] {
  const cache = useQueryClient();
  const { user } = useSigned();
  const [news, setNews] = useState<News>();
  useChanges(objectType, (changes) => {
    const here = changes.filter((change) => change.id === row.id);
    if (here.length === 0) return;
    refresh(cache, objectType, row.id);
    const editable = new Set(properties.filter(mayEdit).map((one) => one.name));
    const found = here
      .filter((change) => String(change.userId) !== user.id && change.sourceType !== OWN_WORK)
      .map((change) => ({ change, written: change.properties.filter((name) => editable.has(name)) }))
      .filter(({ change, written }) => change.kind !== "update" || written.length > 0);
    const last = found.at(-1);
    if (last === undefined) return;
    setNews((before: News | undefined): News => {
      const isSame = before !== undefined && before.change.userId === last.change.userId && before.change.kind === last.change.kind;
      const written = [...(isSame ? before.written : []), ...found.flatMap((one) => one.written)];
      return { change: last.change, written: [...new Set(written)] };
    });
  });
  return [news, () => setNews(undefined)];
}

interface Props {
  news: News;
  properties: Property[];
  dismiss: () => void;
}

export function Others({ news, properties, dismiss }: Props) {
  const t = useT("record");
  const who = useWho();
  const { change, written } = news;
  const labels = written.slice(0, NAMED).map((name) => properties.find((one) => one.name === name)?.label ?? name);
  const what = labels.join(", ");
  const more = written.length - labels.length;
  const name = who(change);
  return (
    <div className={classes.others} role="status">
      <Icon name="live" size={16} />
      <span data-value>
        {change.kind === "archive"
          ? t("othersArchived", { name })
          : change.kind === "update"
            ? more > 0
              ? t("othersWroteMore", { name, what, count: more })
              : t("othersWrote", { name, what })
            : t("othersDid", { name })}
      </span>
      <When at={change.at} />
      <CloseButton size="sm" aria-label={t("common:dismiss")} onClick={dismiss} />
    </div>
  );
}
