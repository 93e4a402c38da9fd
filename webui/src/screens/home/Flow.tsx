import { useState } from "react";
import { useNavigate } from "react-router";
import type { Statistics } from "../../api/statistics";
import { useLanguage, useT } from "../../i18n";
import { formatDay, formatDayShort, formatNumber } from "../../parts/format";
import classes from "./Home.module.css";
import { inPipeline, onDay, tableOf } from "./links";

type Day = Statistics["days"][number];

// a drawing of this size is stretched to the panel
const WIDTH = 1000;
const HEIGHT = 190;
const BOTTOM = 22;
const LINES = 3;

/** A round number that is not below the largest of some. */
function roof(values: number[]): number {
  const most = Math.max(1, ...values);
  const size = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 3, 4, 5, 6, 8, 10].map((step) => step * size).find((one) => one >= most) ?? most;
}

/** Created above the line of closed, day by day. Days are buttons: each leads to the tickets that were created then. */
export function Flow({ days, pipelineId }: { days: Day[]; pipelineId: string | null }) {
  const t = useT("home");
  useLanguage();
  const navigate = useNavigate();
  const [pointed, setPointed] = useState<number>();
  const top = roof(days.flatMap((day) => [day.created, day.closed]));
  const step = WIDTH / Math.max(1, days.length);
  const x = (index: number) => step * (index + 0.5);
  const y = (value: number) => (HEIGHT - BOTTOM) * (1 - value / top) + 4;
  const line = days.map((day, index) => `${index ? "L" : "M"}${x(index).toFixed(1)},${y(day.closed).toFixed(1)}`).join("");
  const named = pointed === undefined ? undefined : days[pointed];
  const open = (day: Day) => void navigate(tableOf([...inPipeline(pipelineId), ...onDay("createdate", day.day)]));
  const every = Math.ceil(days.length / 8);
  return (
    <div className={classes.flow} onMouseLeave={() => setPointed(undefined)}>
      <div className={classes.legend}>
        <span data-kind="created">{t("legendCreated")}</span>
        <span data-kind="closed">{t("legendClosed")}</span>
        <span className={classes.said} aria-live="polite">
          {named && t("dayFigures", { day: formatDay(named.day), created: formatNumber(named.created), closed: formatNumber(named.closed) })}
        </span>
      </div>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={t("flow")}>
        {Array.from({ length: LINES + 1 }, (_, index) => (top * index) / LINES).map((value) => (
          <line key={value} x1="0" x2={WIDTH} y1={y(value)} y2={y(value)} className={classes.grid} />
        ))}
        {days.map((day, index) => (
          <rect
            key={day.day}
            x={x(index) - step * 0.36}
            width={step * 0.72}
            y={y(day.created)}
            height={Math.max(0, y(0) - y(day.created))}
            rx="2"
            className={classes.bar}
            data-pointed={index === pointed || undefined}
          />
        ))}
        <path d={line} className={classes.line} />
        {pointed !== undefined && named && <circle cx={x(pointed)} cy={y(named.closed)} r="5" className={classes.dot} />}
      </svg>
      <span className={classes.top} aria-hidden="true" data-value>
        {formatNumber(top)}
      </span>
      <div className={classes.axis} aria-hidden="true" data-value>
        {days.map((day, index) => (
          <span key={day.day}>{index % every === 0 ? formatDayShort(day.day) : ""}</span>
        ))}
      </div>
      <div className={classes.days}>
        {days.map((day, index) => (
          <button
            key={day.day}
            type="button"
            aria-label={t("dayFigures", { day: formatDay(day.day), created: formatNumber(day.created), closed: formatNumber(day.closed) })}
            onMouseEnter={() => setPointed(index)}
            onFocus={() => setPointed(index)}
            onBlur={() => setPointed(undefined)}
            onClick={() => open(day)}
          />
        ))}
      </div>
    </div>
  );
}
