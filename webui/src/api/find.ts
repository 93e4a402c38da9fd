import { searchRecords } from "./records";
import type { Record as Row } from "./schema";

export interface Found {
  objectType: string;
  id: string;
  title: string;
  detail: string;
  updatedAt: string;
}

const LIMIT = 5;
const SHOWN: { [objectType: string]: { properties: string[]; title: string[]; detail: string } } = {
  tickets: { properties: ["subject"], title: ["subject"], detail: "id" },
  contacts: { properties: ["firstname", "lastname", "email"], title: ["firstname", "lastname"], detail: "email" },
  companies: { properties: ["name", "domain"], title: ["name"], detail: "domain" },
};

/** Tickets, contacts and companies with a text in them, or with a number that is their id. */
export async function find(text: string, signal: AbortSignal): Promise<Found[]> {
  const searches = Object.keys(SHOWN).flatMap((objectType) => {
    const shared = { properties: SHOWN[objectType]!.properties, limit: LIMIT };
    const byId = { filterGroups: [{ filters: [{ propertyName: "hs_object_id", operator: "EQ", value: text }] }] };
    return [
      ...(/^\d{1,18}$/.test(text) ? [searchRecords(objectType, { ...shared, ...byId }, signal)] : []),
      searchRecords(objectType, { ...shared, query: text }, signal),
    ].map(async (page) => (await page).results.map((row) => foundOf(objectType, row)));
  });
  const all = (await Promise.all(searches)).flat();
  return [...new Map(all.map((one) => [`${one.objectType} ${one.id}`, one])).values()];
}

function foundOf(objectType: string, row: Row): Found {
  const { title, detail } = SHOWN[objectType]!;
  const text = title.map((name) => row.properties[name]).filter(Boolean);
  return {
    objectType,
    id: row.id,
    title: text.join(" "),
    detail: detail === "id" ? `#${row.id}` : (row.properties[detail] ?? ""),
    updatedAt: row.updatedAt,
  };
}
