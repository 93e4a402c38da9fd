import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deleteStage, moveStage } from "../../api/pipelineEdits";
import { isClosed } from "../../api/pipelines";
import type { Pipeline, Stage } from "../../api/schema";
import { useT } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { formatPercent } from "../../parts/format";
import { FormDialog } from "./FormDialog";
import { IconButton } from "./IconButton";
import { Id } from "./Id";
import { isLikelihood, StageDialog } from "./PipelineDialogs";
import classes from "./Settings.module.css";
import { Sortable } from "./Sortable";

interface Props {
  objectType: string;
  pipeline: Pipeline;
  refresh: () => Promise<unknown>;
}

type Opened = { what: "new" } | { what: "edit" | "delete"; stage: Stage } | undefined;

export function Stages({ objectType, pipeline, refresh }: Props) {
  const t = useT("settings");
  const cache = useQueryClient();
  const [opened, setOpened] = useState<Opened>();
  const close = () => (setOpened(undefined), void refresh());
  const orderKey = ["order", pipeline.id];
  const moving = useMutation({
    mutationKey: orderKey,
    // one after the other, so that quick key presses end where the last one said
    scope: { id: `order-${pipeline.id}` },
    mutationFn: ({ id, behind }: { id: string; behind: string | undefined }) => moveStage(objectType, pipeline.id, id, behind),
    onSettled: () => (cache.isMutating({ mutationKey: orderKey }) > 1 ? undefined : refresh()),
  });
  const order = (stages: Stage[], moved: Stage, to: number) => {
    void cache.cancelQueries({ queryKey: ["pipelines", objectType] });
    cache.setQueryData<Pipeline[]>(["pipelines", objectType], (before) =>
      before?.map((one) => (one.id === pipeline.id ? { ...one, stages } : one)),
    );
    moving.mutate({ id: moved.id, behind: stages[to - 1]?.id });
  };
  return (
    <>
      <Sortable items={pipeline.stages} nameOf={(one) => one.label} order={order} className={classes.plain} label={t("stagesOf", { name: pipeline.label })}>
        {(stage, grip) => (
          <div className={classes.stage} data-stage={stage.id}>
            {grip}
            <b data-value>{stage.label}</b>
            <State objectType={objectType} stage={stage} />
            <Id value={stage.id} />
            <div className={classes.row}>
              <IconButton icon="edit" label={t("editOf", { name: stage.label })} onClick={() => setOpened({ what: "edit", stage })} />
              <IconButton icon="bin" danger label={t("deleteOf", { name: stage.label })} onClick={() => setOpened({ what: "delete", stage })} />
            </div>
          </div>
        )}
      </Sortable>
      <div className={classes.foot}>
        <Button variant="subtle" size="compact-sm" leftSection={<Icon name="plus" size={14} />} onClick={() => setOpened({ what: "new" })}>
          {t("newStage")}
        </Button>
      </div>
      {opened?.what === "new" && <StageDialog objectType={objectType} pipeline={pipeline} close={close} />}
      {opened?.what === "edit" && <StageDialog objectType={objectType} pipeline={pipeline} stage={opened.stage} close={close} />}
      {opened?.what === "delete" && (
        <FormDialog
          title={t("deleteTitle", { name: opened.stage.label })}
          verb={t("common:delete")}
          danger
          act={() => deleteStage(objectType, pipeline.id, opened.stage.id)}
          close={close}
        >
          {t("deleteStageText")}
        </FormDialog>
      )}
    </>
  );
}

function State({ objectType, stage }: { objectType: string; stage: Stage }) {
  const t = useT("settings");
  const closed = isClosed(stage);
  return (
    <span className={classes.badge} data-tone={closed ? undefined : "good"}>
      {closed && <Icon name="check" size={12} />}
      {closed ? t("closed") : t("open")}
      {isLikelihood(objectType) && <span data-value>{formatPercent(Number(stage.metadata["probability"]))}</span>}
    </span>
  );
}
