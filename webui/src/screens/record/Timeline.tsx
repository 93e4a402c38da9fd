import { Button, Skeleton } from "@mantine/core";
import { useMemo, useState } from "react";
import { ACTIVITY_TYPES, noteOf, useActivities, useActivity, type Activity } from "../../api/activities";
import { useHistory } from "../../api/history";
import type { PastValue, Property, Record as Row } from "../../api/schema";
import { complain, tell } from "../../app/notices";
import { useT } from "../../i18n";
import { EmptyPart } from "../../parts/Empty";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { curlOf } from "../../parts/terminal";
import { ActivityCard } from "./ActivityCard";
import { KINDS } from "./kinds";
import { NOTE, NoteForm } from "./NoteForm";
import { StageChange } from "./StageChange";
import classes from "./Timeline.module.css";
import { useWrite } from "./useRecord";

const PAGE = 60;
const PINNED = "hs_pinned_engagement_id";
const STAGES = "stages";

type Entry =
  | { kind: "activity"; at: number; key: string; activity: Activity }
  | { kind: "stage"; at: number; key: string; past: PastValue; before: PastValue | undefined };

function entriesOf(activities: Activity[], history: PastValue[], type: string, pinnedId: string | undefined): Entry[] {
  const found: Entry[] = [];
  for (const activity of activities) {
    if (activity.id === pinnedId || (type && type !== activity.type)) continue;
    found.push({ kind: "activity", at: Date.parse(activity.at), key: `${activity.type}-${activity.id}`, activity });
  }
  if (!type || type === STAGES) {
    history.forEach((past, index) =>
      found.push({ kind: "stage", at: Date.parse(past.timestamp), key: `stage-${index}`, past, before: history[index + 1] }),
    );
  }
  return found.sort((one, other) => other.at - one.at);
}

interface Props {
  objectType: string;
  row: Row;
  properties: Property[];
  isOpen: boolean;
}

/** What happened with a record, the latest first, under the one thing that somebody pinned. */
export function Timeline({ objectType, row, properties, isOpen }: Props) {
  const t = useT("record");
  const { stage } = KINDS[objectType]!;
  const [shown, setShown] = useState(PAGE);
  const [type, setType] = useState("");
  const { data, error, isPending, isFetching, refetch } = useActivities(objectType, row.id, shown);
  const { data: history } = useHistory(objectType, row.archived ? "" : row.id, row.archived ? undefined : stage);
  const write = useWrite(objectType, row.id);
  const pinnedId = row.properties[PINNED] || undefined;
  const activities = useMemo(() => data?.activities ?? [], [data]);
  const loaded = activities.find((one) => one.id === pinnedId);
  const { data: fetched } = useActivity(loaded === undefined && data !== undefined ? pinnedId : undefined);
  const pinned = pinnedId === undefined ? undefined : (loaded ?? fetched ?? undefined);
  const entries = useMemo(
    () => entriesOf(activities, history ?? [], type, pinned?.id),
    [activities, history, type, pinned],
  );
  const present = [...ACTIVITY_TYPES.filter((one) => activities.some((activity) => activity.type === one)), ...(history?.length ? [STAGES] : [])];
  const pin = (activity: Activity | undefined) =>
    write.mutate(
      { [PINNED]: activity?.id ?? "" },
      { onSuccess: () => tell(t(activity ? "pinnedNow" : "unpinnedNow")), onError: (failure) => complain(failure) },
    );
  const card = (activity: Activity, isPinned: boolean) => (
    <ActivityCard activity={activity} isPinned={isPinned} pin={isOpen ? () => pin(isPinned ? undefined : activity) : undefined} />
  );
  const stageProperty = properties.find((one) => one.name === stage);
  return (
    <section className={classes.timeline} aria-label={t("timeline")}>
      {isOpen && <NoteForm objectType={objectType} id={row.id} />}
      {pinned && (
        <section className={classes.pinned} aria-label={t("pinned")}>
          <h2>
            <Icon name="pin" size={14} /> {t("pinned")}
          </h2>
          {card(pinned, true)}
        </section>
      )}
      {present.length > 1 && (
        <div className={classes.kinds} role="group" aria-label={t("show")}>
          {["", ...present].map((one) => (
            <button key={one} type="button" aria-pressed={type === one} onClick={() => setType(one)}>
              {one === "" ? t("all") : t(`all-${one}`)}
            </button>
          ))}
        </div>
      )}
      {error !== null && <Failed error={error} retry={() => void refetch()} />}
      {isPending && error === null && [1, 2, 3].map((one) => <Skeleton key={one} height={84} mb={12} radius="md" />)}
      {data?.total === 0 && !pinned && (
        <EmptyPart text={t("nothingHappened")} curl={curlOf("/crm/v3/objects/notes", { body: noteOf(objectType, row.id, t("exampleNote")) })}>
          {isOpen && (
            <Button variant="light" size="xs" leftSection={<Icon name="note" size={14} />} onClick={() => document.getElementById(NOTE)?.focus()}>
              {t("writeFirstNote")}
            </Button>
          )}
        </EmptyPart>
      )}
      <ol className={classes.entries}>
        {entries.map((entry) => (
          <li key={entry.key} data-entry={entry.key}>
            {entry.kind === "activity"
              ? card(entry.activity, false)
              : stageProperty && <StageChange objectType={objectType} property={stageProperty} past={entry.past} before={entry.before} />}
          </li>
        ))}
      </ol>
      {data !== undefined && data.total > shown && (
        <Button variant="default" size="xs" loading={isFetching} onClick={() => setShown(shown + PAGE)}>
          {t("showOlder", { count: data.total - shown })}
        </Button>
      )}
    </section>
  );
}
