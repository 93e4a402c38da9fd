import { Link } from "react-router";
import type { Pipeline } from "../../api/schema";
import type { Statistics } from "../../api/statistics";
import { Count } from "../../parts/Count";
import classes from "./Home.module.css";
import { inPipeline, tableOf } from "./links";

/** Open tickets by stage as bars of one scale, in the order of the pipelines. */
export function Stages({ counts, pipelines }: { counts: Statistics["openByStage"]; pipelines: Pipeline[] }) {
  const most = Math.max(1, ...counts.map((one) => one.count));
  const groups = pipelines
    .map((pipeline) => ({ pipeline, rows: rowsOf(pipeline, counts) }))
    .filter((group) => group.rows.length > 0);
  return (
    <div className={classes.stages}>
      {groups.map(({ pipeline, rows }) => (
        <div key={pipeline.id}>
          <h3 data-value>{pipeline.label}</h3>
          <ul>
            {rows.map(({ stage, count }) => (
              <li key={stage.id}>
                <Link
                  to={tableOf([
                    ...inPipeline(pipeline.id),
                    { propertyName: "hs_pipeline_stage", operator: "EQ", value: stage.id },
                  ])}
                >
                  <span className="clip" data-value>
                    {stage.label}
                  </span>
                  <span className={classes.track}>
                    <span className={classes.fill} style={{ width: `${(100 * count) / most}%` }} />
                  </span>
                  <Count value={count} />
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

function rowsOf(pipeline: Pipeline, counts: Statistics["openByStage"]) {
  const of = (stageId: string) => counts.find((one) => one.pipelineId === pipeline.id && one.stageId === stageId)?.count ?? 0;
  return pipeline.stages.map((stage) => ({ stage, count: of(stage.id) })).filter((row) => row.count > 0);
}
