import { Button, Checkbox, Skeleton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useChanges } from "../../api/changes";
import { restoreRecords, useBinTotals, useRecycleBin, type Binned } from "../../api/recycleBin";
import { tell } from "../../app/notices";
import { ADMIN, useMayWrite, useScope } from "../../app/useSession";
import { useT } from "../../i18n";
import { Count } from "../../parts/Count";
import { Empty } from "../../parts/Empty";
import { Failed } from "../../parts/Failed";
import { formatNumber } from "../../parts/format";
import { Icon } from "../../parts/Icon";
import { Screen } from "../../parts/Screen";
import { curlOf } from "../../parts/terminal";
import classes from "./Bin.module.css";
import { BinRow } from "./BinRow";
import { MAIN, NAMES, nameOf, TYPES } from "./types";

const Erase = lazy(() => import("./Erase"));

/** What was archived: who did it, how long it stays, and the ways back and out. */
export default function Bin() {
  const [query, setQuery] = useSearchParams();
  const wanted = query.get("type") ?? "";
  const objectType = TYPES.includes(wanted) ? wanted : "tickets";
  return <BinOf key={objectType} objectType={objectType} choose={(type) => setQuery({ type }, { replace: true })} />;
}

function BinOf({ objectType, choose }: { objectType: string; choose: (type: string) => void }) {
  const t = useT("bin");
  const cache = useQueryClient();
  const mayWrite = useMayWrite(objectType);
  const mayErase = useScope(ADMIN);
  const totals = useBinTotals(TYPES);
  const list = useRecycleBin(objectType, NAMES[objectType]!);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [erasing, setErasing] = useState<Binned[]>();
  const rows = list.data?.pages.flatMap((page) => page.results) ?? [];
  const selected = rows.filter((row) => chosen.has(row.id));
  const days = list.data?.pages[0]?.recycleBinDays;
  const read = () => cache.invalidateQueries({ queryKey: ["bin"] });
  useChanges(objectType, (changes) => changes.some((one) => one.kind !== "update") && void read());
  const restoring = useMutation({
    mutationFn: (those: Binned[]) => restoreRecords(objectType, those.map((row) => row.id)),
    onSuccess: ({ results }, those) => {
      void cache.invalidateQueries({ queryKey: ["records", objectType] });
      setChosen(new Set());
      const gone = those.length - results.length;
      tell([results.length > 0 && t("restored", { count: results.length }), gone > 0 && t("notThere", { count: gone })].filter(Boolean).join(" "));
      return read();
    },
  });
  const restore = (those: Binned[]) => those.length > 0 && !restoring.isPending && restoring.mutate(those);
  const toggle = (id: string) =>
    setChosen((before) => (before.has(id) ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id])));
  const tools = (
    <div className={classes.types} role="group" aria-label={t("types")}>
      {TYPES.filter((one) => MAIN.includes(one) || one === objectType || (totals.get(one) ?? 0) > 0).map((one) => (
        <button key={one} type="button" aria-pressed={one === objectType} onClick={() => choose(one)}>
          {t(`type-${one}`)} {totals.has(one) && <Count value={totals.get(one)!} />}
        </button>
      ))}
    </div>
  );
  const left = (list.data?.pages[0]?.total ?? 0) - rows.length;
  const isEmpty = list.data !== undefined && rows.length === 0;
  return (
    <Screen title={t("title")} tools={tools} beside={days !== undefined && <span className={classes.rule}>{t("rule", { count: days, number: formatNumber(days) })}</span>}>
      {list.error !== null && <Failed error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && list.error === null && <Skeleton height={240} radius="md" />}
      {isEmpty && (
        <Empty
          icon="bin"
          title={t("nothing")}
          text={t("nothingText")}
          curl={curlOf(`/crm/v3/objects/${objectType}/$ID`, { method: "DELETE" })}
        >
          <Button component={Link} variant="light" to={`/${MAIN.includes(objectType) ? objectType : "tickets"}`}>
            {t("toRecords")}
          </Button>
        </Empty>
      )}
      {rows.length > 0 && (
        <div className={classes.bin}>
          <div className={classes.bar}>
            {mayWrite && (
              <Checkbox
                size="xs"
                label={selected.length > 0 ? t("chosen", { count: selected.length }) : t("chooseAll")}
                checked={selected.length === rows.length}
                indeterminate={selected.length > 0 && selected.length < rows.length}
                onChange={() => setChosen(new Set(selected.length === rows.length ? [] : rows.map((row) => row.id)))}
              />
            )}
            <span className={classes.space} />
            {selected.length > 0 && (
              <Button size="compact-sm" leftSection={<Icon name="restore" size={14} />} loading={restoring.isPending} onClick={() => restore(selected)}>
                {t("restore")}
              </Button>
            )}
            {selected.length > 0 && mayErase && (
              <Button size="compact-sm" variant="light" color="red" onClick={() => setErasing(selected)}>
                {t("erase")}
              </Button>
            )}
          </div>
          <table className={classes.table}>
            <thead>
              <tr>
                {mayWrite && (
                  <th scope="col">
                    <span className="visually-hidden">{t("choose")}</span>
                  </th>
                )}
                <th scope="col">{t("what")}</th>
                <th scope="col" className={classes.further}>{t("who")}</th>
                <th scope="col" className={classes.further}>{t("when")}</th>
                <th scope="col">{t("left")}</th>
                {mayWrite && (
                  <th scope="col">
                    <span className="visually-hidden">{t("restore")}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <BinRow
                  key={row.id}
                  objectType={objectType}
                  row={row}
                  name={nameOf(objectType, row)}
                  days={days ?? 1}
                  isChosen={chosen.has(row.id)}
                  toggle={mayWrite ? () => toggle(row.id) : undefined}
                  restore={() => restore([row])}
                />
              ))}
            </tbody>
          </table>
          {list.hasNextPage && (
            <Button variant="default" size="xs" m="md" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t("more", { count: left, number: formatNumber(left) })}
            </Button>
          )}
        </div>
      )}
      <Suspense fallback={null}>
        {erasing && <Erase objectType={objectType} rows={erasing} close={() => setErasing(undefined)} done={() => (setChosen(new Set()), void read())} />}
      </Suspense>
    </Screen>
  );
}
