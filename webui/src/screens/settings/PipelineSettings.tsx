import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { deletePipeline, orderPipelines } from "../../api/pipelineEdits";
import { usePipelines } from "../../api/pipelines";
import type { Pipeline } from "../../api/schema";
import { useT } from "../../i18n";
import { Empty } from "../../parts/Empty";
import { curlOf } from "../../parts/terminal";
import { FormDialog } from "./FormDialog";
import { IconButton } from "./IconButton";
import { Id } from "./Id";
import { KindSelect, useKinds } from "./kinds";
import { Loaded } from "./Loaded";
import { NewButton } from "./NewButton";
import { PipelineDialog } from "./PipelineDialogs";
import classes from "./Settings.module.css";
import { SettingsFrame } from "./SettingsFrame";
import { Sortable } from "./Sortable";
import { Stages } from "./Stages";
import { useOrder } from "./useOrder";

type Opened = { what: "new" } | { what: "rename" | "delete"; pipeline: Pipeline } | undefined;

/** Pipelines of an object type with their stages: names, order, open or closed, and the ids that programs use. */
export default function PipelineSettings() {
  const t = useT("settings");
  const { objectType = "tickets" } = useParams();
  const navigate = useNavigate();
  const kinds = useKinds("pipelines");
  const query = usePipelines(objectType);
  const pipelines = query.data;
  const cache = useQueryClient();
  const refresh = () => cache.invalidateQueries({ queryKey: ["pipelines"] });
  const [opened, setOpened] = useState<Opened>();
  const close = () => (setOpened(undefined), void refresh());
  const order = useOrder<Pipeline>(["pipelines", objectType], (all) => orderPipelines(objectType, all.map((one) => one.id)));
  return (
    <SettingsFrame
      section="pipelines"
      tools={<KindSelect label={t("objectType")} kinds={kinds} value={objectType} choose={(kind) => void navigate(`/settings/pipelines/${kind}`)} />}
      actions={pipelines?.length !== 0 && <NewButton label={t("newPipeline")} onClick={() => setOpened({ what: "new" })} />}
    >
      <Loaded query={query}>
        {(pipelines) =>
          pipelines.length === 0 ? (
            <Empty icon="board" title={t("noPipelines")} text={t("noPipelinesText")} curl={curlOf(`/crm/v3/pipelines/${objectType}`)}>
              <Button component={Link} variant="light" to="/settings/pipelines">
                {t("pipelinesOfTickets")}
              </Button>
            </Empty>
          ) : (
            <Sortable
              items={pipelines}
              nameOf={(one) => one.label}
              order={order}
              className={classes.plain}
              label={t("section-pipelines")}
            >
              {(pipeline, grip) => (
                <section className={classes.panel} aria-labelledby={`pipeline-${pipeline.id}`}>
                  <header className={classes.panelHead}>
                    {grip}
                    <h3 id={`pipeline-${pipeline.id}`} data-value>
                      {pipeline.label}
                    </h3>
                    <Id value={pipeline.id} />
                    <span className={classes.space} />
                    <div className={classes.row}>
                      <IconButton icon="edit" label={t("renameOf", { name: pipeline.label })} onClick={() => setOpened({ what: "rename", pipeline })} />
                      <IconButton icon="bin" danger label={t("deleteOf", { name: pipeline.label })} onClick={() => setOpened({ what: "delete", pipeline })} />
                    </div>
                  </header>
                  <Stages objectType={objectType} pipeline={pipeline} refresh={refresh} />
                </section>
              )}
            </Sortable>
          )
        }
      </Loaded>
      {opened?.what === "new" && <PipelineDialog objectType={objectType} position={pipelines?.length ?? 0} close={close} />}
      {opened?.what === "rename" && (
        <PipelineDialog objectType={objectType} pipeline={opened.pipeline} position={0} close={close} />
      )}
      {opened?.what === "delete" && (
        <FormDialog
          title={t("deleteTitle", { name: opened.pipeline.label })}
          verb={t("common:delete")}
          danger
          act={() => deletePipeline(objectType, opened.pipeline.id)}
          close={close}
        >
          {t("deletePipelineText")}
        </FormDialog>
      )}
    </SettingsFrame>
  );
}
