import { useT } from "../i18n";
import classes from "./PriorityMark.module.css";

const BARS: Record<string, number> = { LOW: 1, MEDIUM: 2, HIGH: 3, URGENT: 4 };

/** Priority as rising bars, so that it can be told without seeing color. */
export function PriorityMark({ value, named = false }: { value: string | null | undefined; named?: boolean }) {
  const t = useT("common");
  if (!value) return null;
  const bars = BARS[value] ?? 0;
  const name = bars ? t(`priority${value}`) : value;
  return (
    <span className={classes.mark} data-priority={value} title={name}>
      <svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
        {[0, 1, 2, 3].map((bar) => (
          <rect key={bar} x={bar * 3.6} y={9 - bar * 2.6} width="2.4" height={3 + bar * 2.6} rx="0.8" opacity={bar < bars ? 1 : 0.25} />
        ))}
      </svg>
      <span className={named ? undefined : "visually-hidden"} data-value={bars ? undefined : true}>
        {name}
      </span>
    </span>
  );
}
