import { Button, Loader } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState, type KeyboardEvent, type ReactNode } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { clearCalls, useCalls, useLiveCalls } from "../../api/calls";
import type { LoggedCall } from "../../api/schema";
import { ADMIN, useScope } from "../../app/useSession";
import { useT } from "../../i18n";
import { Empty } from "../../parts/Empty";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Screen } from "../../parts/Screen";
import { curlOf } from "../../parts/terminal";
import { CallRow } from "./CallRow";
import classes from "./Calls.module.css";
import { Tools, useFilters } from "./Tools";

const CallDetail = lazy(() => import("./CallDetail"));

/** Every call of every client, newest first, with one of them in full beside. */
export default function Calls() {
  const t = useT("calls");
  const isAdmin = useScope(ADMIN);
  return isAdmin ? (
    <Log />
  ) : (
    <Screen title={t("navigation")}>
      <Empty icon="log" title={t("adminsOnly")} text={t("adminsOnlyText")} />
    </Screen>
  );
}

/** Made by this interface: with the token of a session, or to get one. */
const isOwn = (call: LoggedCall) => call.token?.kind === "session" || call.path.startsWith("/spokedesk/v1/session");

function Log() {
  const t = useT("calls");
  const { callId } = useParams();
  const navigate = useNavigate();
  const { filters, own, live, change } = useFilters();
  const search = useCalls(filters);
  const connected = useLiveCalls(filters, live && search.isSuccess);
  const cache = useQueryClient();
  const clearing = useMutation({ mutationFn: clearCalls, onSettled: () => cache.resetQueries({ queryKey: ["calls"] }) });
  const calls = useMemo(
    () => (search.data?.pages ?? []).flatMap((page) => page.results).filter((one) => own || !isOwn(one)),
    [search.data, own],
  );
  const clear = () => change(Object.fromEntries(Object.keys(filters).map((name) => [name, ""])));
  const goTo = (path: string) => void navigate(path + location.search, { replace: callId !== undefined });
  return (
    <Screen
      title={t("navigation")}
      fixed
      beside={
        <span className={classes.live} data-on={connected || undefined} role="status">
          <Icon name="live" size={15} />
          {live ? (connected ? t("liveOn") : t("liveWaits")) : t("liveOff")}
        </span>
      }
      tools={<Tools filters={filters} own={own} live={live} change={change} />}
      actions={
        <>
          <Button variant="default" leftSection={<Icon name="restore" size={15} />} loading={search.isRefetching} onClick={() => void search.refetch()}>
            {t("refresh")}
          </Button>
          <Button variant="default" leftSection={<Icon name="bin" size={15} />} loading={clearing.isPending} onClick={() => clearing.mutate()}>
            {t("clear")}
          </Button>
        </>
      }
    >
      {search.error !== null && <Failed error={search.error} retry={() => void search.refetch()} />}
      {search.isPending && search.error === null && <Loader m="lg" aria-label={t("common:loading")} />}
      {search.data !== undefined && (
        <div className={classes.split} data-detail={callId !== undefined || undefined}>
          <List calls={calls} callId={callId} clear={Object.values(filters).some(Boolean) ? clear : undefined} open={(id) => goTo(`/calls/${id}`)}>
            {search.hasNextPage && (
              <Button variant="subtle" size="compact-sm" m="sm" loading={search.isFetchingNextPage} onClick={() => void search.fetchNextPage()}>
                {t("older")}
              </Button>
            )}
          </List>
          {callId !== undefined && (
            <Suspense fallback={<Loader m="lg" aria-label={t("common:loading")} />}>
              <CallDetail key={callId} id={callId} close={() => goTo("/calls")} />
            </Suspense>
          )}
        </div>
      )}
    </Screen>
  );
}

interface ListProps {
  calls: LoggedCall[];
  callId: string | undefined;
  /** Shows all calls, where filters leave some out. */
  clear: (() => void) | undefined;
  open: (id: string) => void;
  children: ReactNode;
}

function List({ calls, callId, clear, open, children }: ListProps) {
  const t = useT("calls");
  const [active, setActive] = useState<string>();
  const reached = calls.some((one) => one.id === (active ?? callId)) ? (active ?? callId) : calls[0]?.id;
  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("a")];
    const index = rows.indexOf(document.activeElement as HTMLElement);
    if (step === undefined || index < 0) return;
    event.preventDefault();
    rows[index + step]?.focus();
    // beside an open call the next one is shown as well
    const next = rows[index + step]?.dataset["call"];
    if (next !== undefined && callId !== undefined) open(next);
  };
  if (calls.length === 0) {
    return (
      <div className={classes.list}>
        <Empty icon="log" title={t("empty")} text={t(clear ? "emptyNarrowed" : "emptyText")} curl={curlOf("/crm/v3/objects/tickets")}>
          {clear ? (
            <Button variant="light" onClick={clear}>
              {t("common:clearFilters")}
            </Button>
          ) : (
            <Button component={Link} variant="light" to="/settings/tokens">
              {t("toTokens")}
            </Button>
          )}
        </Empty>
        {children}
      </div>
    );
  }
  return (
    <div className={classes.list}>
      <ul aria-label={t("navigation")} onKeyDown={onKeyDown}>
        {calls.map((call) => (
          <CallRow
            key={call.id}
            call={call}
            isOpen={call.id === callId}
            isReached={call.id === reached}
            onFocus={setActive}
          />
        ))}
      </ul>
      {children}
    </div>
  );
}
