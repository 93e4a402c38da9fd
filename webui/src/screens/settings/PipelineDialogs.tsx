import { NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { createPipeline, createStage, renamePipeline, updateStage, type NewStage } from "../../api/pipelineEdits";
import { isClosed } from "../../api/pipelines";
import type { Pipeline, Stage } from "../../api/schema";
import { useT } from "../../i18n";
import { FormDialog } from "./FormDialog";

/** How an object type writes down whether a stage is open: deals by how likely they are to be won, from 0 to 1. */
export const isLikelihood = (objectType: string) => ["deals", "0-3"].includes(objectType);
const metadataOf = (objectType: string, state: string): Record<string, string> =>
  isLikelihood(objectType)
    ? { probability: state }
    : { [["tickets", "0-5"].includes(objectType) ? "ticketState" : "state"]: state };

interface PipelineProps {
  objectType: string;
  /** One that is there; a new one otherwise. */
  pipeline?: Pipeline;
  position: number;
  close: () => void;
}

export function PipelineDialog({ objectType, pipeline, position, close }: PipelineProps) {
  const t = useT("settings");
  const [label, setLabel] = useState(pipeline?.label ?? "");
  const [id, setId] = useState("");
  const first = (label: string, state: string): NewStage => ({ label, metadata: metadataOf(objectType, state) });
  const stages = isLikelihood(objectType)
    ? [first(t("stageOpen"), "0.5"), first(t("stageWon"), "1.0"), first(t("stageLost"), "0.0")]
    : [first(t("stageNew"), "OPEN"), first(t("stageOpen"), "OPEN"), first(t("stageClosed"), "CLOSED")];
  return (
    <FormDialog
      title={pipeline ? t("renameTitle", { name: pipeline.label }) : t("newPipeline")}
      verb={pipeline ? t("common:save") : t("create")}
      act={() =>
        pipeline
          ? renamePipeline(objectType, pipeline.id, label)
          : createPipeline(objectType, label, id.trim(), position, stages)
      }
      close={close}
    >
      {(about) => (
        <>
          <TextInput
            data-autofocus
            label={t("name")}
            value={label}
            error={about("label")}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          {!pipeline && <IdInput value={id} change={setId} error={about("pipelineId")} />}
        </>
      )}
    </FormDialog>
  );
}

function IdInput({ value, change, error }: { value: string; change: (value: string) => void; error: string | undefined }) {
  const t = useT("settings");
  return (
    <TextInput
      label={t("internalId")}
      description={t("internalIdText")}
      value={value}
      error={error}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

interface StageProps {
  objectType: string;
  pipeline: Pipeline;
  /** One that is there; a new one otherwise. */
  stage?: Stage;
  close: () => void;
}

export function StageDialog({ objectType, pipeline, stage, close }: StageProps) {
  const t = useT("settings");
  const [label, setLabel] = useState(stage?.label ?? "");
  const [id, setId] = useState("");
  const likely = isLikelihood(objectType);
  const before = likely ? (stage?.metadata["probability"] ?? "0.5") : stage && isClosed(stage) ? "CLOSED" : "OPEN";
  const [state, setState] = useState(before);
  const act = () => {
    const wanted: NewStage = { label, metadata: metadataOf(objectType, state) };
    if (stage) return updateStage(objectType, pipeline.id, stage.id, wanted);
    const last = Math.max(-1, ...pipeline.stages.map((one) => one.displayOrder));
    return createStage(objectType, pipeline.id, { ...wanted, ...(id.trim() ? { stageId: id.trim() } : {}) }, last + 1);
  };
  return (
    <FormDialog
      title={stage ? t("editTitle", { name: stage.label }) : t("newStageIn", { name: pipeline.label })}
      verb={stage ? t("common:save") : t("create")}
      act={act}
      close={close}
    >
      {(about) => (
        <>
          <TextInput
            data-autofocus
            label={t("name")}
            value={label}
            error={about("label")}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          {likely ? (
            <TextInput
              label={t("probability")}
              description={t("probabilityText")}
              inputMode="decimal"
              value={state}
              error={about("probability")}
              onChange={(event) => setState(event.currentTarget.value)}
            />
          ) : (
            <NativeSelect
              label={t("state")}
              description={t("stateText")}
              value={state}
              data={[
                { value: "OPEN", label: t("open") },
                { value: "CLOSED", label: t("closed") },
              ]}
              onChange={(event) => setState(event.currentTarget.value)}
            />
          )}
          {!stage && <IdInput value={id} change={setId} error={about("stageId")} />}
        </>
      )}
    </FormDialog>
  );
}
