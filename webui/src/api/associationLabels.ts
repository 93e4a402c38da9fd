import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { LinkTypeList } from "./schema";

const pathOf = (from: string, to: string) =>
  `/crm/v4/associations/${encodeURIComponent(from)}/${encodeURIComponent(to)}/labels`;

/** The ways in which records of two types can belong together, seen from the first; the plain one has no label. */
export const useLabels = (from: string, to: string) =>
  useQuery({
    queryKey: ["labels", from, to],
    queryFn: async ({ signal }) => (await api<LinkTypeList>(pathOf(from, to), { signal })).results,
    staleTime: 60_000,
  });

export interface LabelForm {
  label: string;
  /** Empty: the same in both directions. */
  inverseLabel: string;
}

const bodyOf = ({ label, inverseLabel }: LabelForm) => ({ label, ...(inverseLabel ? { inverseLabel } : {}) });

export const createLabel = (from: string, to: string, name: string, form: LabelForm) =>
  api<LinkTypeList>(pathOf(from, to), { method: "POST", body: { name, ...bodyOf(form) } });

export const updateLabel = (from: string, to: string, associationTypeId: number, form: LabelForm) =>
  api<undefined>(pathOf(from, to), { method: "PUT", body: { associationTypeId, ...bodyOf(form) } });

export const deleteLabel = (from: string, to: string, typeId: number) =>
  api<undefined>(`${pathOf(from, to)}/${typeId}`, { method: "DELETE" });
