import { useLayoutEffect, useRef, useState } from "react";
import type { Activity } from "../../api/activities";
import { useT } from "../../i18n";
import { Icon, type IconName } from "../../parts/Icon";
import { formatDateTime, formatSpan } from "../../parts/format";
import { OwnerMark } from "../../parts/OwnerMark";
import { plain } from "./plain";
import { Moment } from "./Moment";
import classes from "./Timeline.module.css";

const ICONS: { [type: string]: IconName } = {
  notes: "note",
  emails: "mail",
  calls: "phone",
  meetings: "calendar",
  tasks: "task",
  communications: "keyboard",
};
const OUTCOMES = ["SCHEDULED", "COMPLETED", "NO_SHOW", "CANCELED", "RESCHEDULED"];

interface Told {
  /** Ours: what it was. */
  kind: string;
  /** The rest is what people wrote. */
  title?: string;
  facts: string[];
  text: string;
}

function useTold(activity: Activity): Told {
  const t = useT("record");
  const get = (name: string) => activity.row.properties[name] ?? "";
  const facts = (...those: (string | false)[]) => those.filter((one): one is string => Boolean(one));
  switch (activity.type) {
    case "emails": {
      const isIncoming = get("hs_email_direction") === "INCOMING_EMAIL";
      const route = [get("hs_email_from_email"), get("hs_email_to_email")].filter(Boolean).join(" → ");
      const text = get("hs_email_text").trim() || plain(get("hs_email_html"));
      return { kind: t(isIncoming ? "emailIn" : "emailOut"), title: get("hs_email_subject"), facts: facts(route), text };
    }
    case "calls": {
      const direction = get("hs_call_direction");
      const kind = direction === "INBOUND" ? t("callIn") : direction === "OUTBOUND" ? t("callOut") : t("call");
      const duration = Number(get("hs_call_duration"));
      return { kind, title: get("hs_call_title"), facts: facts(duration > 0 && formatSpan(duration)), text: plain(get("hs_call_body")) };
    }
    case "meetings": {
      const start = get("hs_meeting_start_time");
      const outcome = get("hs_meeting_outcome");
      const said = OUTCOMES.includes(outcome) ? t(`outcome-${outcome}`) : outcome;
      const when = start && formatDateTime(start);
      return { kind: t("meeting"), title: get("hs_meeting_title"), facts: facts(when, get("hs_meeting_location"), said), text: plain(get("hs_meeting_body")) };
    }
    case "tasks": {
      const isDone = get("hs_task_status") === "COMPLETED";
      const due = !isDone && t("taskDue", { when: formatDateTime(activity.at) });
      return { kind: t("task"), title: get("hs_task_subject"), facts: facts(t(isDone ? "taskDone" : "taskOpen"), due), text: plain(get("hs_task_body")) };
    }
    case "communications":
      return { kind: t("message"), facts: facts(get("hs_communication_channel_type")), text: plain(get("hs_communication_body")) };
    default:
      return { kind: t("note"), facts: [], text: plain(get("hs_note_body")) };
  }
}

interface Props {
  activity: Activity;
  isPinned: boolean;
  /** Pins or takes the pin out; absent when that is not allowed. */
  pin: (() => void) | undefined;
}

export function ActivityCard({ activity, isPinned, pin }: Props) {
  const t = useT("record");
  const told = useTold(activity);
  const owner = activity.row.properties["hubspot_owner_id"];
  return (
    <article className={classes.card} data-pinned={isPinned || undefined}>
      <span className={classes.disc} data-kind={activity.type}>
        <Icon name={ICONS[activity.type] ?? "note"} size={15} />
      </span>
      <div className={classes.body}>
        <header>
          <span className={classes.what}>{told.kind}</span>
          <OwnerMark id={owner} named />
          <span className={classes.space} />
          <Moment at={activity.at} />
          {pin && (
            <button type="button" className={classes.pin} aria-pressed={isPinned} onClick={pin} title={t(isPinned ? "unpin" : "pin")}>
              <Icon name="pin" size={15} />
              <span className="visually-hidden">{t(isPinned ? "unpin" : "pin")}</span>
            </button>
          )}
        </header>
        {told.title && (
          <h3 data-value>
            {told.title}
          </h3>
        )}
        {told.facts.length > 0 && (
          <p className={classes.facts} data-value>
            {told.facts.join(" · ")}
          </p>
        )}
        <LongText text={told.text} />
      </div>
    </article>
  );
}

/** A text that shows its beginning until somebody wants all of it. */
function LongText({ text }: { text: string }) {
  const t = useT("record");
  const [isWhole, setWhole] = useState(false);
  const [isCut, setCut] = useState(false);
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current } = element;
    if (current) setCut(current.scrollHeight > current.clientHeight + 2);
  }, [text]);
  if (text === "") return null;
  return (
    <>
      <div ref={element} className={classes.text} data-whole={isWhole || undefined} data-value>
        {text}
      </div>
      {isCut && (
        <button type="button" className={classes.more} aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {t(isWhole ? "showLess" : "showMore")}
        </button>
      )}
    </>
  );
}
