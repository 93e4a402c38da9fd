import { requestersQuery } from "../../api/requesters";
import { queries } from "../../app/queries";
import { csvOf, save } from "./csv";
import { REQUESTER, type Shown } from "./definition";
import type { Labels } from "./labels";
import { readAll } from "./rows";

const REQUESTERS = 100;

/** Download the rows with the columns that are shown, values as people read them, dates as ISO instants. */
export async function exportRows(objectType: string, shown: Shown, labels: Labels, told: (count: number) => void) {
  const rows = await readAll(objectType, shown, told);
  const emails = new Map<string, string>();
  if (shown.columns.includes(REQUESTER)) {
    for (let start = 0; start < rows.length; start += REQUESTERS) {
      const ids = rows.slice(start, start + REQUESTERS).map((row) => row.id);
      for (const [id, one] of await queries.fetchQuery(requestersQuery(ids))) emails.set(id, one.email);
    }
  }
  const valueOf = (name: string, value: string | null | undefined) =>
    ["datetime", "date", "number"].includes(labels.property(name)?.type ?? "") && name !== "hubspot_owner_id"
      ? (value ?? "")
      : labels.text(name, value);
  const lines = rows.map((row) => [
    row.id,
    ...shown.columns.map((name) => (name === REQUESTER ? (emails.get(row.id) ?? "") : valueOf(name, row.properties[name]))),
  ]);
  const day = new Date().toISOString().slice(0, 10);
  save(`${objectType}-${day}.csv`, csvOf([["id", ...shown.columns.map(labels.column)], ...lines]));
}
