import { Button, Skeleton } from "@mantine/core";
import { lazy, Suspense, useRef, useState } from "react";
import { Link } from "react-router";
import { useLinked, type Linked } from "../../api/associations";
import { usePipelines } from "../../api/pipelines";
import { useT } from "../../i18n";
import { Count } from "../../parts/Count";
import { EmptyPart } from "../../parts/Empty";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { curlOf } from "../../parts/terminal";
import classes from "./Associations.module.css";
import { KINDS, PAGES, shownOf, titleOf } from "./kinds";

const AddLink = lazy(() => import("./AddLink"));
const LinkMenu = lazy(() => import("./LinkMenu"));
const PAGE = 8;

interface Props {
  objectType: string;
  id: string;
  isOpen: boolean;
}

/** The people, companies and other records that belong to this one. */
export function Associations({ objectType, id, isOpen }: Props) {
  const t = useT("record");
  return (
    <section className={classes.associations} aria-label={t("associations")}>
      {KINDS[objectType]!.linked.map((toType) => (
        <LinkedRecords key={toType} objectType={objectType} id={id} toType={toType} isOpen={isOpen} />
      ))}
    </section>
  );
}

function LinkedRecords({ objectType, id, toType, isOpen }: Props & { toType: string }) {
  const t = useT("record");
  const [shown, setShown] = useState(PAGE);
  const [isAdding, setAdding] = useState(false);
  const { data, error, isPending, refetch } = useLinked(objectType, id, toType, shown, shownOf(toType));
  const heading = `links-${toType}`;
  return (
    <section className={classes.kind} aria-labelledby={heading}>
      <header>
        <h2 id={heading}>{t(`type-${toType}`)}</h2>
        {data !== undefined && data.total > 0 && <Count value={data.total} />}
        <span className={classes.space} />
        {isOpen && data?.total !== 0 && (
          <button type="button" className={classes.add} aria-label={t(`add-${toType}`)} title={t(`add-${toType}`)} onClick={() => setAdding(true)}>
            <Icon name="plus" size={15} />
          </button>
        )}
      </header>
      {error !== null && <Failed error={error} retry={() => void refetch()} />}
      {isPending && error === null && <Skeleton height={40} radius="md" />}
      {data?.total === 0 && (
        <EmptyPart text={t(`none-${toType}`)} curl={curlOf(`/crm/v4/objects/${objectType}/${id}/associations/default/${toType}/$ID`, { method: "PUT" })} bare>
          {isOpen && (
            <Button variant="light" size="compact-xs" leftSection={<Icon name="plus" size={13} />} onClick={() => setAdding(true)}>
              {t(`add-${toType}`)}
            </Button>
          )}
        </EmptyPart>
      )}
      <ul>
        {data?.linked.map((linked) => (
          <Item key={linked.id} objectType={objectType} id={id} toType={toType} linked={linked} isOpen={isOpen} />
        ))}
      </ul>
      {data !== undefined && data.total > shown && (
        <button type="button" className={classes.more} onClick={() => setShown(shown + PAGE * 4)}>
          {t("showFurther", { count: data.total - shown })}
        </button>
      )}
      {isAdding && (
        <Suspense fallback={null}>
          <AddLink objectType={objectType} id={id} toType={toType} without={data?.linked.map((one) => one.id) ?? []} close={() => setAdding(false)} />
        </Suspense>
      )}
    </section>
  );
}

function Item({ objectType, id, toType, linked, isOpen }: Props & { toType: string; linked: Linked }) {
  const t = useT("record");
  const [isChanging, setChanging] = useState(false);
  const { detail } = KINDS[toType]!;
  const title = titleOf(toType, linked.record);
  const name = title || `#${linked.id}`;
  const { data: pipelines = [] } = usePipelines("tickets");
  const stageId = toType === "tickets" ? linked.record?.properties["hs_pipeline_stage"] : undefined;
  const stage = stageId && pipelines.flatMap((one) => one.stages).find((one) => one.id === stageId);
  const below = [(detail && linked.record?.properties[detail]) || `#${linked.id}`, stage && stage.label].filter(Boolean).join(" · ");
  const opener = useRef<HTMLButtonElement>(null);
  const toggle = () => setChanging(!isChanging);
  const close = () => {
    setChanging(false);
    // the menu is drawn with its button anew, so whatever had the focus before is gone with it
    requestAnimationFrame(() => opener.current?.focus());
  };
  const button = (
    <button ref={opener} type="button" className={classes.change} aria-label={t("changeLink", { name })} title={t("changeLink", { name })} onClick={toggle}>
      <Icon name="more" size={15} />
    </button>
  );
  return (
    <li className={classes.item} data-linked={linked.id}>
      <Icon name={KINDS[toType]!.icon} size={15} />
      <div className={classes.facts}>
        {PAGES.includes(toType) ? (
          <Link to={`/${toType}/${linked.id}`} data-value>
            {name}
          </Link>
        ) : (
          <span data-value>{name}</span>
        )}
        {below !== name && (
          <span className={`clip ${classes.detail}`} data-value>
            {below}
          </span>
        )}
        <span className={classes.labels}>
          {linked.types
            .filter((type) => type.label)
            .map((type) => (
              <Label key={`${type.category}-${type.typeId}`} text={type.label!} title={t("changeLink", { name })} change={isOpen ? toggle : undefined} />
            ))}
        </span>
      </div>
      {isOpen && (isChanging ? (
        <Suspense fallback={button}>
          <LinkMenu pair={{ objectType, id, toType, toId: linked.id }} linked={linked} name={name} button={button} close={close} />
        </Suspense>
      ) : button)}
    </li>
  );
}

function Label({ text, title, change }: { text: string; title: string; change: (() => void) | undefined }) {
  if (change === undefined) {
    return (
      <span className={classes.label} data-value>
        {text}
      </span>
    );
  }
  return (
    <button type="button" className={classes.label} title={title} onClick={change} data-value>
      {text}
    </button>
  );
}
