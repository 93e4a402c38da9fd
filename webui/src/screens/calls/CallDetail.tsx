import { Button, CloseButton, Loader } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useCall } from "../../api/calls";
import type { WholeLoggedCall } from "../../api/schema";
import { complain, tell } from "../../app/notices";
import { useT } from "../../i18n";
import { CopyButton } from "../../parts/CopyButton";
import { Failed } from "../../parts/Failed";
import { formatDateTime, formatMs, formatNumber } from "../../parts/format";
import { Icon } from "../../parts/Icon";
import { toneOf } from "./CallRow";
import classes from "./Calls.module.css";
import { canReplay, curlOf, pretty, replay } from "./requests";

interface Props {
  id: string;
  close: () => void;
}

/** One call in full, beside the list. */
export default function CallDetail({ id, close }: Props) {
  const t = useT("calls");
  const { data: call, error, refetch } = useCall(id);
  return (
    <section className={classes.detail} aria-label={t("detail")} tabIndex={0}>
      <CloseButton className={classes.close} aria-label={t("common:close")} onClick={close} />
      {error !== null && <Failed error={error} retry={() => void refetch()} />}
      {call === undefined && error === null && <Loader aria-label={t("common:loading")} />}
      {call !== undefined && <Facts call={call} />}
    </section>
  );
}

function Facts({ call }: { call: WholeLoggedCall }) {
  const t = useT("calls");
  return (
    <>
      <header className={classes.detailHead}>
        <span className={classes.method} data-method={call.method} data-value>
          {call.method}
        </span>
        <span className={classes.status} data-tone={toneOf(call.status)} data-value>
          {call.status}
        </span>
        <h2 data-value>
          {call.path}
          {call.query && <i>?{call.query}</i>}
        </h2>
      </header>
      {call.operation && (
        <p className={classes.summary} data-value>
          {call.operation.summary}
        </p>
      )}
      <Actions call={call} />
      {call.error && (
        <div className={classes.error} data-value>
          <b>{call.error.category}</b>
          <p>{call.error.message}</p>
        </div>
      )}
      <dl className={classes.facts}>
        <Fact name={t("at")}>{formatDateTime(call.at)}</Fact>
        <Fact name={t("took")}>{formatMs(call.ms)}</Fact>
        <Fact name={t("token")}>
          {call.token ? `${call.token.name}${call.token.hint ? ` (…${call.token.hint})` : ""}` : "–"}
        </Fact>
        <Fact name={t("correlationId")}>
          <code>{call.correlationId}</code> <CopyButton text={call.correlationId} label={t("common:copyId")} />
        </Fact>
      </dl>
      <Scopes call={call} />
      <Limits call={call} />
      <Message title={t("request")} headers={call.requestHeaders} body={call.requestBody} bytes={call.requestBytes} cut={call.requestCut} />
      <Message title={t("response")} headers={call.responseHeaders} body={call.responseBody} bytes={call.responseBytes} cut={call.responseCut} />
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd data-value>{children}</dd>
    </>
  );
}

function Actions({ call }: { call: WholeLoggedCall }) {
  const t = useT("calls");
  const cache = useQueryClient();
  const [asks, setAsks] = useState(false);
  const [copied, setCopied] = useState(false);
  const again = useMutation({
    mutationFn: () => replay(call),
    onSuccess: (status) => {
      tell(t("replayed", { status }));
      void cache.invalidateQueries({ queryKey: ["records"] });
      void cache.invalidateQueries({ queryKey: ["calls"] });
    },
    onSettled: () => setAsks(false),
  });
  const copy = async () => {
    await navigator.clipboard.writeText(curlOf(call));
    setCopied(true);
  };
  const possible = canReplay(call);
  return (
    <div className={classes.actions}>
      <Button size="xs" variant="default" leftSection={<Icon name={copied ? "check" : "copy"} size={14} />} onClick={() => void copy().catch(complain)}>
        {copied ? t("common:copied") : t("copyCurl")}
      </Button>
      {possible && !asks && (
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="play" size={14} />}
          loading={again.isPending}
          onClick={() => (call.method === "GET" ? again.mutate() : setAsks(true))}
        >
          {t("replay")}
        </Button>
      )}
      {possible && asks && (
        <span className={classes.question} role="group" aria-label={t("replay")}>
          {t("replaySure")}
          <Button size="xs" autoFocus loading={again.isPending} onClick={() => again.mutate()}>
            {t("replayYes")}
          </Button>
          <Button size="xs" variant="default" onClick={() => setAsks(false)}>
            {t("common:cancel")}
          </Button>
        </span>
      )}
      {!possible && <span className={classes.subtle}>{t("noReplay")}</span>}
    </div>
  );
}

/** Which scope the call needed, and whether its token had one. */
function Scopes({ call }: { call: WholeLoggedCall }) {
  const t = useT("calls");
  const held = call.scopesNeeded.filter((one) => call.scopesHeld.includes(one));
  const lacks = call.scopesNeeded.length > 0 && held.length === 0;
  return (
    <section aria-labelledby="call-scopes">
      <h3 id="call-scopes">{t("scope")}</h3>
      <p className={classes.scope} data-lacks={lacks || undefined}>
        <Icon name={lacks ? "warning" : "key"} size={15} />
        {call.operation === undefined
          ? t("scopeNowhere")
          : call.scopesNeeded.length === 0
            ? t("scopeNone")
            : lacks
              ? t("scopeLacks", { count: call.scopesNeeded.length })
              : t("scopeHas")}
      </p>
      <ul className={classes.scopes} data-value>
        {call.scopesNeeded.map((one) => (
          <li key={one} data-held={held.includes(one) || undefined}>
            <Icon name={held.includes(one) ? "check" : "close"} size={12} />
            <code>{one}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

const NEAR = 0.8;

/** How much of each limit it took. */
function Limits({ call }: { call: WholeLoggedCall }) {
  const t = useT("calls");
  if (call.limits.length === 0) return null;
  return (
    <section aria-labelledby="call-limits">
      <h3 id="call-limits">{t("limits")}</h3>
      <ul className={classes.limits}>
        {call.limits.map(({ name, used, limit }) => {
          const share = Math.min(1, used / limit);
          return (
            <li key={name} data-near={share >= NEAR || undefined}>
              <span data-value>{name}</span>
              <meter min={0} max={limit} value={Math.min(used, limit)} aria-label={name} data-value />
              <span className="numeric" data-value>
                {formatNumber(used)} / {formatNumber(limit)}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface MessageProps {
  title: string;
  headers: { [name: string]: string };
  body: string | undefined;
  bytes: number;
  cut: boolean;
}

function Message({ title, headers, body, bytes, cut }: MessageProps) {
  const t = useT("calls");
  return (
    <section aria-label={title}>
      <h3>
        {title} <span className={classes.subtle}>{t("bytes", { count: bytes, shown: formatNumber(bytes) })}</span>
        {body !== undefined && <CopyButton text={body} />}
      </h3>
      <details className={classes.headers}>
        <summary>{t("headers", { count: Object.keys(headers).length })}</summary>
        <dl className={classes.facts}>
          {Object.entries(headers).map(([name, value]) => (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ))}
        </dl>
      </details>
      {body !== undefined && (
        <pre className={classes.body} tabIndex={0} aria-label={title} data-value>
          {cut ? body : pretty(body)}
        </pre>
      )}
      {cut && <p className={classes.subtle}>{t("cut")}</p>}
      {body === undefined && <p className={classes.subtle}>{bytes > 0 ? t("hidden") : t("noBody")}</p>}
    </section>
  );
}
