import { Alert, Button, Skeleton } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { Link, Navigate, useLocation, useParams } from "react-router";
import { ApiError } from "../../api/errors";
import { useProperties } from "../../api/properties";
import type { Property, Record as Row } from "../../api/schema";
import { useMayWrite } from "../../app/useSession";
import { useT } from "../../i18n";
import { CopyButton } from "../../parts/CopyButton";
import { Empty } from "../../parts/Empty";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Screen } from "../../parts/Screen";
import { curlOf } from "../../parts/terminal";
import { Associations } from "./Associations";
import { KINDS, titleOf } from "./kinds";
import { Others, useOthers } from "./Others";
import { Properties } from "./Properties";
import { Moment } from "./Moment";
import classes from "./Record.module.css";
import { Timeline } from "./Timeline";
import { useArchive, useRecord } from "./useRecord";

const History = lazy(() => import("./History"));
const Merge = lazy(() => import("./Merge"));

export default function Record() {
  const { id = "" } = useParams();
  const objectType = useLocation().pathname.split("/")[1] ?? "";
  return <OneRecord key={`${objectType} ${id}`} objectType={objectType} id={id} />;
}

function OneRecord({ objectType, id }: { objectType: string; id: string }) {
  const t = useT("record");
  const definitions = useProperties(objectType);
  const { data: row, error, refetch } = useRecord(objectType, id, definitions.data);
  const failure = definitions.error ?? error;
  if (failure instanceof ApiError && [400, 404].includes(failure.status)) {
    return (
      <Screen title={t("noSuchRecord")}>
        <Empty icon={KINDS[objectType]!.icon} title={t("noSuchRecord")} text={t("noSuchRecordText", { id })} curl={curlOf(`/crm/v3/objects/${objectType}/${encodeURIComponent(id)}?archived=true`)}>
          <Button component={Link} variant="light" to={`/${objectType}`}>
            {t(`toAll-${objectType}`)}
          </Button>
        </Empty>
      </Screen>
    );
  }
  if (failure !== null) return <Failed error={failure} retry={() => void (definitions.error ? definitions.refetch() : refetch())} />;
  if (row === undefined || definitions.data === undefined) {
    return (
      <Screen title={t(`type-${objectType}`)}>
        <Skeleton height={420} radius="md" />
      </Screen>
    );
  }
  if (row.id !== id) return <Navigate to={`/${objectType}/${row.id}`} replace />;
  return <Shown objectType={objectType} row={row} properties={definitions.data} />;
}

interface ShownProps {
  objectType: string;
  row: Row;
  properties: Property[];
}

function Shown({ objectType, row, properties }: ShownProps) {
  const t = useT("record");
  const mayWrite = useMayWrite(objectType);
  const isOpen = mayWrite && !row.archived;
  const title = titleOf(objectType, row);
  const [watched, setWatched] = useState<Property>();
  const [isMerging, setMerging] = useState(false);
  const [news, dismiss] = useOthers(objectType, row, properties);
  const { archive, restore } = useArchive(objectType, row.id, title || `#${row.id}`);
  const actions = isOpen && (
    <>
      <Button size="xs" variant="default" leftSection={<Icon name="merge" size={15} />} onClick={() => setMerging(true)}>
        {t("merge")}
      </Button>
      <Button size="xs" variant="default" leftSection={<Icon name="bin" size={15} />} loading={archive.isPending} onClick={() => archive.mutate()}>
        {t("archive")}
      </Button>
    </>
  );
  return (
    <Screen title={title || t("common:untitled")} isData={title !== ""} fixed beside={<Beside row={row} />} actions={actions}>
      {row.archived && (
        <Alert color="yellow" variant="light" icon={<Icon name="bin" />} mx={24} mb={10} title={t("inBin")} role="status">
          {mayWrite && (
            <Button size="compact-sm" variant="light" color="yellow" loading={restore.isPending} onClick={() => restore.mutate()}>
              {t("restore")}
            </Button>
          )}
        </Alert>
      )}
      {news && <Others news={news} properties={properties} dismiss={dismiss} />}
      <div className={classes.page}>
        <div className={classes.left}>
          <Properties
            objectType={objectType}
            row={row}
            properties={properties}
            fresh={news?.written}
            isOpen={isOpen}
            showHistory={setWatched}
          />
        </div>
        <div className={classes.middle}>
          <Timeline objectType={objectType} row={row} properties={properties} isOpen={isOpen} />
        </div>
        <div className={classes.right}>
          {!row.archived && <Associations objectType={objectType} id={row.id} isOpen={isOpen} />}
        </div>
      </div>
      <Suspense fallback={null}>
        {watched && <History objectType={objectType} id={row.id} property={watched} close={() => setWatched(undefined)} />}
        {isMerging && <Merge objectType={objectType} row={row} close={() => setMerging(false)} />}
      </Suspense>
    </Screen>
  );
}

function Beside({ row }: { row: Row }) {
  const t = useT("record");
  return (
    <span className={classes.beside}>
      <span className="numeric" data-value>
        #{row.id}
      </span>
      <CopyButton text={row.id} label={t("copyNumber")} />
      <span aria-hidden="true">·</span>
      <span>
        {t("changed")} <Moment at={row.updatedAt} />
      </span>
    </span>
  );
}
