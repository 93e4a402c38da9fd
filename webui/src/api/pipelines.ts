import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { Pipeline, PipelineList, Stage } from "./schema";

const byOrder = (one: { displayOrder: number }, other: { displayOrder: number }) => one.displayOrder - other.displayOrder;

export const isClosed = (stage: Stage): boolean => stage.metadata?.["isClosed"] === "true";

async function listPipelines(objectType: string, signal: AbortSignal): Promise<Pipeline[]> {
  const { results } = await api<PipelineList>(`/crm/v3/pipelines/${objectType}`, { signal });
  return results
    .filter((pipeline) => !pipeline.archived)
    .sort(byOrder)
    .map((pipeline) => ({ ...pipeline, stages: pipeline.stages.filter((stage) => !stage.archived).sort(byOrder) }));
}

/** The pipelines of an object type with their stages, in their order. */
export const usePipelines = (objectType = "tickets") =>
  useQuery({
    queryKey: ["pipelines", objectType],
    queryFn: ({ signal }) => listPipelines(objectType, signal),
    staleTime: 60_000,
  });
