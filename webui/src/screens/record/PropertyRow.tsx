import { memo, useEffect, useRef, useState } from "react";
import { ApiError, ServerGone } from "../../api/errors";
import type { Property } from "../../api/schema";
import { useT } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { OwnerMark } from "../../parts/OwnerMark";
import { PriorityMark } from "../../parts/PriorityMark";
import { Editor } from "./Editor";
import classes from "./Properties.module.css";
import { useWrite } from "./useRecord";
import { isOwner, mayEdit, useChoices, useDescribe } from "./values";

interface Props {
  objectType: string;
  id: string;
  property: Property;
  value: string;
  pipelineId: string | null | undefined;
  /** Somebody else has just written it. */
  isFresh: boolean;
  /** Who is signed in may write, and the record is not in the recycle bin. */
  isOpen: boolean;
  showHistory: (property: Property) => void;
}

/** One property: its name, its value, which a click turns into its control, and the way to its history. */
export const PropertyRow = memo(function PropertyRow(props: Props) {
  const { objectType, id, property, value, pipelineId, isFresh, isOpen, showHistory } = props;
  const t = useT("record");
  const describe = useDescribe(objectType);
  const choices = useChoices(objectType);
  const write = useWrite(objectType, id);
  const [before, setBefore] = useState<string>();
  const button = useRef<HTMLButtonElement>(null);
  const wasEdited = useRef(false);
  const isEdited = before !== undefined;
  useEffect(() => {
    if (!isEdited && wasEdited.current) button.current?.focus();
    wasEdited.current = isEdited;
  }, [isEdited]);
  const close = () => (setBefore(undefined), write.reset());
  const save = (next: string) => {
    if (next === value) return close();
    // the stages of another pipeline are others
    const first = property.name === "hs_pipeline" && choices(STAGE, next)?.[0];
    const properties = { [property.name]: next, ...(first ? { [STAGE.name]: first.value } : {}) };
    write.mutate(properties, { onSuccess: close });
  };
  const failure = write.error;
  const about = failure instanceof ApiError ? (failure.about(property.name) ?? failure.sentence) : failure?.message;
  const name = `property-${property.name}`;
  const shown = <Value property={property} value={value} text={describe(property, value)} />;
  return (
    <div className={classes.row} data-property={property.name} data-fresh={isFresh || undefined}>
      <dt id={name} className={classes.name} title={property.description || undefined} data-value>
        {property.label}
      </dt>
      <dd className={classes.value}>
        {isEdited ? (
          <Editor
            property={property}
            value={value}
            choices={choices(property, pipelineId)}
            error={failure instanceof ServerGone ? t("common:serverGone") : about}
            isPending={write.isPending}
            meanwhile={before === value ? undefined : describe(property, value)}
            save={save}
            cancel={close}
          />
        ) : isOpen && mayEdit(property) ? (
          <button ref={button} type="button" className={classes.edit} onClick={() => setBefore(value)}>
            <span className="visually-hidden" data-value>
              {property.label}
            </span>{" "}
            {shown}
          </button>
        ) : (
          <div className={classes.fixed}>{shown}</div>
        )}
        <button
          type="button"
          className={classes.history}
          aria-label={t("historyOf", { name: property.label })}
          title={t("historyOf", { name: property.label })}
          onClick={() => showHistory(property)}
        >
          <Icon name="history" size={14} />
        </button>
      </dd>
    </div>
  );
});

const STAGE = { name: "hs_pipeline_stage" } as Property;

function Value({ property, value, text }: { property: Property; value: string; text: string }) {
  if (value === "") {
    return (
      <span className={classes.nothing} data-value>
        –
      </span>
    );
  }
  if (isOwner(property)) return <OwnerMark id={value} named />;
  if (property.name === "hs_ticket_priority") return <PriorityMark value={value} named />;
  return (
    <span className={property.fieldType === "textarea" ? classes.long : classes.text} data-value>
      {text}
    </span>
  );
}
