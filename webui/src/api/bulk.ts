import { api } from "./client";
import { ApiError } from "./errors";
import type { RecordBatch } from "./schema";
import { updateRecord } from "./records";

export interface Failure {
  id: string;
  message: string;
}

const BATCH = 100;

/** Give many records the same values. What is refused is told record by record; the others are changed. */
export async function updateMany(
  objectType: string,
  ids: readonly string[],
  properties: { [name: string]: string },
  told: (done: number) => void,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (let start = 0; start < ids.length; start += BATCH) {
    const part = ids.slice(start, start + BATCH);
    try {
      failures.push(...(await updateBatch(objectType, part, properties)));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 400) throw error;
      // a batch with one bad record is refused as a whole: find out which it is
      failures.push(...(await updateEach(objectType, part, properties)));
    }
    told(Math.min(start + BATCH, ids.length));
  }
  return failures;
}

async function updateBatch(objectType: string, ids: readonly string[], properties: { [name: string]: string }): Promise<Failure[]> {
  const answer = await api<RecordBatch>(`/crm/v3/objects/${objectType}/batch/update`, {
    method: "POST",
    body: { inputs: ids.map((id) => ({ id, properties })) },
  });
  return (answer.errors ?? []).flatMap((error) => (error.context?.["ids"] ?? []).map((id) => ({ id, message: error.message })));
}

async function updateEach(objectType: string, ids: readonly string[], properties: { [name: string]: string }): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const id of ids) {
    try {
      await updateRecord(objectType, id, properties);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failures.push({ id, message: error.sentence });
    }
  }
  return failures;
}
