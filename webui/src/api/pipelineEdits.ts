/** Changes of pipelines and stages. */
import { api } from "./client";
import type { Pipeline, PipelineList, Stage } from "./schema";

const rootOf = (objectType: string) => `/crm/v3/pipelines/${encodeURIComponent(objectType)}`;
const pathOf = (objectType: string, pipelineId: string) => `${rootOf(objectType)}/${encodeURIComponent(pipelineId)}`;
const stagePath = (objectType: string, pipelineId: string, stageId: string) =>
  `${pathOf(objectType, pipelineId)}/stages/${encodeURIComponent(stageId)}`;
// what records stand in is to be refused
const UNUSED_ONLY = { validateReferencesBeforeDelete: true };

export interface NewStage {
  label: string;
  stageId?: string;
  metadata: Record<string, string>;
}

const numbered = (stages: NewStage[]) => stages.map((stage, displayOrder) => ({ ...stage, displayOrder }));

export const createPipeline = (objectType: string, label: string, pipelineId: string, displayOrder: number, stages: NewStage[]) =>
  api<Pipeline>(rootOf(objectType), {
    method: "POST",
    body: { label, displayOrder, stages: numbered(stages), ...(pipelineId ? { pipelineId } : {}) },
  });

export const renamePipeline = (objectType: string, id: string, label: string) =>
  api<Pipeline>(pathOf(objectType, id), { method: "PATCH", body: { label } });

export const deletePipeline = (objectType: string, id: string) =>
  api<undefined>(pathOf(objectType, id), { method: "DELETE", query: UNUSED_ONLY });

/** Give pipelines an order, by as few changes as it needs. */
export async function orderPipelines(objectType: string, ids: string[]): Promise<void> {
  const { results } = await api<PipelineList>(rootOf(objectType));
  const orders = new Map(results.map((one) => [one.id, one.displayOrder]));
  for (const [displayOrder, id] of ids.entries()) {
    if (orders.get(id) !== displayOrder) await api(pathOf(objectType, id), { method: "PATCH", body: { displayOrder } });
  }
}

export const createStage = (objectType: string, pipelineId: string, stage: NewStage, displayOrder: number) =>
  api<Stage>(`${pathOf(objectType, pipelineId)}/stages`, { method: "POST", body: { ...stage, displayOrder } });

export const updateStage = (objectType: string, pipelineId: string, stageId: string, changes: object) =>
  api<Stage>(stagePath(objectType, pipelineId, stageId), { method: "PATCH", body: changes });

export const deleteStage = (objectType: string, pipelineId: string, stageId: string) =>
  api<undefined>(stagePath(objectType, pipelineId, stageId), { method: "DELETE", query: UNUSED_ONLY });

/**
 * Put a stage behind another one, or first. The API puts a stage that asks for a position that is taken right behind who
 * has it; so one becomes the first by standing behind the first, and that one then behind it.
 */
export async function moveStage(objectType: string, pipelineId: string, stageId: string, behind: string | undefined): Promise<void> {
  const { stages } = await api<Pipeline>(pathOf(objectType, pipelineId));
  const others = stages.filter((one) => one.id !== stageId);
  const anchor = others.find((one) => one.id === behind) ?? others[0];
  if (anchor === undefined) return;
  await updateStage(objectType, pipelineId, stageId, { displayOrder: anchor.displayOrder });
  if (behind !== undefined) return;
  const { stages: now } = await api<Pipeline>(pathOf(objectType, pipelineId));
  const moved = now.find((one) => one.id === stageId);
  if (moved) await updateStage(objectType, pipelineId, anchor.id, { displayOrder: moved.displayOrder });
}
