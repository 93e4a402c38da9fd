/** Addresses of the table behind a figure. */
import { isClosed } from "../../api/pipelines";
import type { FilterInput, Pipeline } from "../../api/schema";

export const tableOf = (filters: FilterInput[]): string =>
  `/tickets?${new URLSearchParams({ show: JSON.stringify({ filterGroups: [{ filters }] }) })}`;

export const inPipeline = (pipelineId: string | null): FilterInput[] =>
  pipelineId === null ? [] : [{ propertyName: "hs_pipeline", operator: "EQ", value: pipelineId }];

/** What is open is what is in a stage that is not closed. */
export function openTickets(pipelines: Pipeline[], pipelineId: string | null): FilterInput[] {
  const stages = pipelines
    .filter((pipeline) => pipelineId === null || pipeline.id === pipelineId)
    .flatMap((pipeline) => pipeline.stages.filter((stage) => !isClosed(stage)));
  return [{ propertyName: "hs_pipeline_stage", operator: "IN", values: stages.map((stage) => stage.id) }];
}

/** The instants of a day where the user is, as the Search API wants them. */
export function onDay(property: string, day: string): FilterInput[] {
  const start = new Date(`${day}T00:00:00`);
  const end = new Date(start);
  end.setDate(end.getDate() + 1);
  return [
    { propertyName: property, operator: "GTE", value: String(start.getTime()) },
    { propertyName: property, operator: "LT", value: String(end.getTime()) },
  ];
}
