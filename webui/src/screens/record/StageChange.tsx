import type { PastValue, Property } from "../../api/schema";
import { Icon } from "../../parts/Icon";
import { useWho } from "./Source";
import { Moment } from "./Moment";
import classes from "./Timeline.module.css";
import { useDescribe } from "./values";

interface Props {
  objectType: string;
  property: Property;
  past: PastValue;
  before: PastValue | undefined;
}

/** From which stage to which, who, when. */
export function StageChange({ objectType, property, past, before }: Props) {
  const describe = useDescribe(objectType);
  const who = useWho();
  return (
    <div className={classes.stage}>
      <span className={classes.disc} data-kind="stages">
        <Icon name="move" size={14} />
      </span>
      <p>
        <span className={classes.what} data-value>
          {property.label}
        </span>{" "}
        {before !== undefined && before.value !== "" && (
          <>
            <s data-value>{describe(property, before.value)}</s> <Icon name="right" size={12} />{" "}
          </>
        )}
        <strong data-value>{describe(property, past.value) || "–"}</strong>
      </p>
      <span className={classes.by} data-value>
        {who({ sourceType: past.sourceType, sourceId: past.sourceId, userId: past.updatedByUserId })}
      </span>
      <Moment at={past.timestamp} />
    </div>
  );
}
