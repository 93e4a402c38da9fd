import { When } from "../../parts/When";
import { instantOf } from "../../parts/format";

const RECENT_MS = 6 * 86_400_000;

/** How long ago for the last days, the day itself for what is older. */
export function Moment({ at }: { at: string }) {
  const age = Date.now() - instantOf(at).getTime();
  return <When at={at} style={Math.abs(age) < RECENT_MS ? "ago" : "date"} />;
}
