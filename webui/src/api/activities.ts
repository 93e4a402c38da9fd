/** Notes, mails, calls, meetings, tasks and messages of a record. */
import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import { listLinks } from "./associations";
import { readRecords } from "./records";
import type { Record as Row } from "./schema";

const COMMON = ["hs_timestamp", "hubspot_owner_id", "hs_object_source_label", "hs_created_by_user_id"];
const PROPERTIES: { [type: string]: string[] } = {
  notes: ["hs_note_body"],
  emails: ["hs_email_subject", "hs_email_text", "hs_email_html", "hs_email_direction", "hs_email_from_email", "hs_email_to_email"],
  calls: ["hs_call_title", "hs_call_body", "hs_call_direction", "hs_call_duration"],
  meetings: ["hs_meeting_title", "hs_meeting_body", "hs_meeting_start_time", "hs_meeting_end_time", "hs_meeting_location", "hs_meeting_outcome"],
  tasks: ["hs_task_subject", "hs_task_body", "hs_task_status"],
  communications: ["hs_communication_body", "hs_communication_channel_type"],
};
export const ACTIVITY_TYPES = Object.keys(PROPERTIES);
/** The vendor's types from a note to what it is about. */
const NOTE_TO: { [objectType: string]: number } = { tickets: 228, contacts: 202, companies: 190 };

export interface Activity {
  type: string;
  id: string;
  at: string;
  row: Row;
}

const read = async (type: string, ids: string[]): Promise<Activity[]> =>
  (await readRecords(type, ids, [...COMMON, ...PROPERTIES[type]!])).map((row) => ({
    type,
    id: row.id,
    at: row.properties["hs_timestamp"] || row.createdAt,
    row,
  }));

async function readActivities(objectType: string, id: string, shown: number, signal: AbortSignal) {
  const links = await Promise.all(
    ACTIVITY_TYPES.map(async (type) =>
      (await listLinks(objectType, id, type, signal)).map((link) => ({ type, id: String(link.toObjectId) })),
    ),
  );
  // ids grow with time, so that only the latest have to be read; those are then put in order of when they happened
  const latest = links.flat().sort((one, other) => Number(other.id) - Number(one.id));
  const wanted = latest.slice(0, shown);
  const found = await Promise.all(
    ACTIVITY_TYPES.map((type) => ({ type, ids: wanted.filter((one) => one.type === type).map((one) => one.id) }))
      .filter(({ ids }) => ids.length > 0)
      .map(({ type, ids }) => read(type, ids)),
  );
  return { activities: found.flat(), total: latest.length };
}

/** The latest activities of a record, as many as are shown. */
export const useActivities = (objectType: string, id: string, shown: number) =>
  useQuery({
    queryKey: ["activities", objectType, id, shown],
    queryFn: ({ signal }) => readActivities(objectType, id, shown, signal),
    placeholderData: (before) => before,
  });

/** One activity of which only the number is known. */
export const useActivity = (id: string | undefined) =>
  useQuery({
    queryKey: ["activity", id],
    queryFn: async () => {
      const found = await Promise.all(ACTIVITY_TYPES.map((type) => read(type, [id ?? ""])));
      return found.flat()[0] ?? null;
    },
    enabled: id !== undefined,
  });

const ESCAPES: { [sign: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": "<br>" };

/** A note about a record. The body of a note is HTML on the wire; what a person types is text. */
export const noteOf = (objectType: string, id: string, text: string, ownerId?: string) => ({
  properties: {
    hs_timestamp: new Date().toISOString(),
    hs_note_body: text.replace(/[&<>\n]/g, (sign) => ESCAPES[sign]!),
    ...(ownerId === undefined ? {} : { hubspot_owner_id: ownerId }),
  },
  associations: [
    { to: { id }, types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: NOTE_TO[objectType] }] },
  ],
});

export const writeNote = (objectType: string, id: string, text: string, ownerId: string | undefined): Promise<Row> =>
  api<Row>("/crm/v3/objects/notes", { method: "POST", body: noteOf(objectType, id, text, ownerId) });
