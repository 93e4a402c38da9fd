import { SegmentedControl, Select, Skeleton } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useCollectedChanges } from "../../api/changes";
import { usePipelines } from "../../api/pipelines";
import { statisticsKey, useStatistics, type Statistics } from "../../api/statistics";
import { useLanguage, useT } from "../../i18n";
import { Count } from "../../parts/Count";
import { Empty } from "../../parts/Empty";
import { Failed } from "../../parts/Failed";
import { formatSpan } from "../../parts/format";
import { NewRecord } from "../../parts/NewRecord";
import { OwnerMark } from "../../parts/OwnerMark";
import { Screen } from "../../parts/Screen";
import { curlOfNew } from "../../parts/terminal";
import { When } from "../../parts/When";
import { Flow } from "./Flow";
import classes from "./Home.module.css";
import { openTickets, tableOf } from "./links";
import { Stages } from "./Stages";

const SPANS = [7, 30, 90];
/** While others work the figures are read anew, and not more often than this. */
const REFRESH_MS = 3000;

/** How things stand, to look at; every figure and every bar leads to the tickets behind it. */
export default function Home() {
  const t = useT("home");
  const [days, setDays] = useState(30);
  const [pipelineId, setPipelineId] = useState<string | null>(null);
  const { data: pipelines = [] } = usePipelines();
  const { data, error, isPending, refetch } = useStatistics("tickets", days, pipelineId ?? undefined);
  const cache = useQueryClient();
  useCollectedChanges("tickets", REFRESH_MS, () => cache.invalidateQueries({ queryKey: statisticsKey("tickets") }));
  const tools = (
    <>
      <SegmentedControl
        aria-label={t("span")}
        value={String(days)}
        onChange={(value) => setDays(Number(value))}
        data={SPANS.map((count) => ({ value: String(count), label: t("days", { count }) }))}
      />
      <Select
        aria-label={t("pipeline")}
        placeholder={t("allPipelines")}
        w={220}
        clearable
        clearButtonProps={{ "aria-label": t("allPipelines") }}
        value={pipelineId}
        onChange={setPipelineId}
        data={pipelines.map(({ id, label }) => ({ value: id, label }))}
      />
    </>
  );
  return (
    <Screen title={t("title")} actions={tools}>
      {error !== null && <Failed error={error} retry={() => void refetch()} />}
      {isPending && error === null && <Skeleton height={320} radius="lg" />}
      {data && (isEmpty(data) ? <Nothing /> : <Plots data={data} days={days} pipelineId={pipelineId} />)}
    </Screen>
  );
}

const isEmpty = (data: Statistics) => data.open === 0 && data.days.every((day) => day.created + day.closed === 0);

function Nothing() {
  const t = useT("home");
  const { data: pipelines = [] } = usePipelines();
  return (
    <Empty icon="home" title={t("empty")} text={t("emptyText")} curl={curlOfNew("tickets", pipelines[0])}>
      <NewRecord objectType="tickets" />
    </Empty>
  );
}

function Plots({ data, days, pipelineId }: { data: Statistics; days: number; pipelineId: string | null }) {
  const t = useT("home");
  useLanguage();
  const { data: pipelines = [] } = usePipelines();
  const sum = (key: "created" | "closed") => data.days.reduce((total, day) => total + day[key], 0);
  const open = openTickets(pipelines, pipelineId);
  const { median, p90 } = data.timeToClose;
  return (
    <div className={classes.page}>
      <div className={classes.figures}>
        <Figure label={t("open")} to={tableOf(open)}>
          <Count value={data.open} />
        </Figure>
        <Figure
          label={t("unassigned")}
          tone={data.unassigned > 0 ? "warning" : undefined}
          to={tableOf([...open, { propertyName: "hubspot_owner_id", operator: "NOT_HAS_PROPERTY" }])}
        >
          <Count value={data.unassigned} />
        </Figure>
        <Figure label={t("created", { count: days })}>
          <Count value={sum("created")} />
        </Figure>
        <Figure label={t("closed", { count: days })}>
          <Count value={sum("closed")} />
        </Figure>
        <Figure label={t("median")}>
          <span data-value>{median === undefined ? "–" : formatSpan(median)}</span>
        </Figure>
        <Figure label={t("p90")}>
          <span data-value>{p90 === undefined ? "–" : formatSpan(p90)}</span>
        </Figure>
      </div>
      <section className={classes.panel} aria-labelledby="flow">
        <h2 id="flow">{t("flow")}</h2>
        <Flow days={data.days} pipelineId={pipelineId} />
      </section>
      <section className={classes.panel} aria-labelledby="stages">
        <h2 id="stages">{t("stages")}</h2>
        <Stages counts={data.openByStage} pipelines={pipelines} />
      </section>
      <section className={classes.panel} aria-labelledby="oldest">
        <h2 id="oldest">{t("oldest")}</h2>
        <ul className={classes.oldest}>
          {data.oldestOpen.map((ticket) => (
            <li key={ticket.id}>
              <Link to={`/tickets/${ticket.id}`} className="clip" data-value={ticket.subject ? true : undefined}>
                {ticket.subject || t("common:untitled")}
              </Link>
              <When at={ticket.createdAt} />
              <OwnerMark id={ticket.ownerId} />
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

interface FigureProps {
  label: string;
  to?: string;
  tone?: "warning" | undefined;
  children: React.ReactNode;
}

function Figure({ label, to, tone, children }: FigureProps) {
  const content = (
    <>
      <span className={classes.number}>{children}</span>
      <span className={classes.label}>{label}</span>
    </>
  );
  return to === undefined ? (
    <div className={classes.figure}>{content}</div>
  ) : (
    <Link className={classes.figure} data-tone={tone} to={to}>
      {content}
    </Link>
  );
}
