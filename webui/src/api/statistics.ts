import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "./client";

/** How the tickets of an account stand. Spans of time are milliseconds; `days` is complete, oldest first. */
export interface Statistics {
  openByStage: { pipelineId: string; stageId: string; count: number }[];
  days: { day: string; created: number; closed: number }[];
  timeToClose: { count: number; median?: number; p90?: number };
  oldestOpen: { id: string; subject?: string | null; createdAt: string; ownerId?: string }[];
  open: number;
  unassigned: number;
}

export const statisticsKey = (objectType: string) => ["records", objectType, "statistics"] as const;

export const useStatistics = (objectType: string, days: number, pipeline: string | undefined) =>
  useQuery({
    queryKey: [...statisticsKey(objectType), days, pipeline],
    queryFn: ({ signal }) => {
      const offset = -new Date().getTimezoneOffset();
      return api<Statistics>(`/spokedesk/v1/statistics/${objectType}`, { query: { days, pipeline, offset }, signal });
    },
    placeholderData: keepPreviousData,
  });
