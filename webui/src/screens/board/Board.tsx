import { Button } from "@mantine/core";
import { useCallback, useRef, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { isClosed, usePipelines } from "../../api/pipelines";
import type { Pipeline, Stage } from "../../api/schema";
import { useShortcuts } from "../../app/shortcuts";
import { useMayWrite } from "../../app/useSession";
import { useT } from "../../i18n";
import { Empty } from "../../parts/Empty";
import { Failed } from "../../parts/Failed";
import { NewRecord } from "../../parts/NewRecord";
import { Screen } from "../../parts/Screen";
import { curlOf, curlOfNew } from "../../parts/terminal";
import classes from "./Board.module.css";
import { Column, type ColumnHandle } from "./Column";
import { filtersOf, searchOf, type Filters } from "./columns";
import { useLiveBoard } from "./live";
import { useMove } from "./move";
import { Tools, useFilters } from "./Tools";
import { walk } from "./walk";

const nothing = () => undefined;

export default function Board() {
  const t = useT("board");
  const { pipelineId } = useParams();
  const { data: pipelines, error, refetch } = usePipelines();
  const pipeline = pipelines?.find((one) => one.id === pipelineId) ?? pipelines?.[0];
  if (error !== null) return <Failed error={error} retry={() => void refetch()} />;
  if (pipeline === undefined || pipelines === undefined) return <Screen title={t("title")}>{null}</Screen>;
  return <PipelineBoard key={pipeline.id} pipeline={pipeline} pipelines={pipelines} />;
}

function PipelineBoard({ pipeline, pipelines }: { pipeline: Pipeline; pipelines: Pipeline[] }) {
  const t = useT("board");
  const navigate = useNavigate();
  const [filters, changeFilters] = useFilters();
  const mayWrite = useMayWrite("tickets");
  const [columns] = useState(() => new Map<string, ColumnHandle>());
  const [active, setActive] = useState<string>();
  const [said, setSaid] = useState("");
  const [totals, setTotals] = useState<ReadonlyMap<string, number>>(new Map());
  const report = useCallback((stageId: string, total: number) => setTotals((before) => new Map(before).set(stageId, total)), []);
  const follow = useCallback((stage: Stage, id: string) => columns.get(stage.id)?.focusWhenShown(id), [columns]);
  const anyMove = useMove({ pipeline, filters, say: setSaid, follow });
  const move = mayWrite ? anyMove : undefined;
  const [arrivals, showArrivals] = useLiveBoard(pipeline, filters);
  const key = (keys: string, label: string) => ({ keys, label, section: "board:navigation", run: nothing });
  // what they do stands in walk(), because it depends on the card that has the focus
  useShortcuts([
    key("ArrowUp ArrowDown", "board:keyArrows"),
    ...(mayWrite ? [key("Shift+ArrowRight", "board:keyMoveOn"), key("m", "board:keyMenu")] : []),
  ]);
  const board = useRef<HTMLDivElement>(null);
  const tools = (
    <Tools
      pipeline={pipeline}
      pipelines={pipelines}
      filters={filters}
      change={changeFilters}
      choosePipeline={(id) => void navigate(`/board/${id}${location.search}`)}
    />
  );
  return (
    <Screen title={t("title")} fixed tools={tools}>
      {pipeline.stages.every((stage) => totals.get(stage.id) === 0) && (
        <Nothing pipeline={pipeline} filters={filters} clear={() => changeFilters({ text: "", owner: "", priority: "" })} />
      )}
      <div
        ref={board}
        className={classes.board}
        data-sideways
        onKeyDown={(event) => walk(event, pipeline.stages, columns, move)}
      >
        {pipeline.stages.map((stage, index) => (
          <Column
            key={stage.id}
            pipeline={pipeline}
            stage={stage}
            isFirst={index === 0}
            closed={isClosed(stage)}
            filters={filters}
            arrivals={arrivals[stage.id]}
            showArrivals={showArrivals}
            report={report}
            columns={columns}
            active={active}
            setActive={setActive}
            move={move}
          />
        ))}
      </div>
      <div className="visually-hidden" aria-live="assertive" data-value>
        {said}
      </div>
    </Screen>
  );
}

/** No stage has a card: there is none yet, or the filters leave none. */
function Nothing({ pipeline, filters, clear }: { pipeline: Pipeline; filters: Filters; clear: () => void }) {
  const t = useT("board");
  const isNarrowed = Object.values(filters).some(Boolean);
  const curl = isNarrowed
    ? curlOf("/crm/v3/objects/tickets/search", { body: searchOf(filtersOf(pipeline.id, undefined, filters), filters) })
    : curlOfNew("tickets", pipeline);
  return (
    <div className={classes.empty}>
      <Empty icon="board" title={t("nothing")} text={t(isNarrowed ? "nothingMatches" : "nothingYet")} curl={curl}>
        {isNarrowed ? (
          <Button variant="light" onClick={clear}>
            {t("common:clearFilters")}
          </Button>
        ) : (
          <NewRecord objectType="tickets" />
        )}
      </Empty>
    </div>
  );
}
