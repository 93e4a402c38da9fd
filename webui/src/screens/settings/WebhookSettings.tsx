import { Button, Loader, Switch } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import type { Subscription } from "../../api/schema";
import { removeSubscription, removeWebhookSettings, switchSubscription, useSubscriptions, useWebhookSettings } from "../../api/webhooks";
import { useT } from "../../i18n";
import { Empty, EmptyPart } from "../../parts/Empty";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { curlOf } from "../../parts/terminal";
import { AppChooser } from "./AppChooser";
import { FormDialog } from "./FormDialog";
import { IconButton } from "./IconButton";
import classes from "./Settings.module.css";
import { SettingsFrame } from "./SettingsFrame";
import { SubscriptionDialog, TargetDialog } from "./WebhookDialogs";

const TARGET = { targetUrl: "https://hooks.example/in", throttling: { maxConcurrentRequests: 10 } };
const SUBSCRIPTION = { eventType: "ticket.creation", active: true };

/** Where the events of an app go, and which events. */
export default function WebhookSettings() {
  const t = useT("settings");
  const [query, setQuery] = useSearchParams();
  const appId = query.get("app") ?? "";
  const show = (id: string) => setQuery(id ? { app: id } : {});
  return (
    <SettingsFrame section="webhooks" tools={<AppChooser appId={appId} choose={show} />}>
      {appId === "" ? (
        <Empty icon="live" title={t("whichApp")} text={t("whichAppText")} curl={curlOf("/webhooks/v3/$ID/settings", { method: "PUT", body: TARGET })}>
          <Button component={Link} variant="light" to="/settings/apps">
            {t("toApps")}
          </Button>
        </Empty>
      ) : (
        <AppWebhooks key={appId} appId={appId} />
      )}
    </SettingsFrame>
  );
}

type Opened = { what: "target" | "off" | "new" } | { what: "delete"; subscription: Subscription } | undefined;

function AppWebhooks({ appId }: { appId: string }) {
  const t = useT("settings");
  const settings = useWebhookSettings(appId);
  const subscriptions = useSubscriptions(appId);
  const cache = useQueryClient();
  const [opened, setOpened] = useState<Opened>();
  const refresh = () => cache.invalidateQueries({ queryKey: ["webhooks", appId] });
  const close = () => (setOpened(undefined), void refresh());
  const switching = useMutation({
    mutationFn: ({ id, active }: { id: string; active: boolean }) => switchSubscription(appId, id, active),
    onSettled: refresh,
  });
  // an app that does not exist has no subscriptions either, and that answer says so
  if (subscriptions.error !== null) return <Failed error={subscriptions.error} retry={() => void subscriptions.refetch()} />;
  if (settings.error !== null) return <Failed error={settings.error} retry={() => void settings.refetch()} />;
  if (settings.data === undefined || subscriptions.data === undefined) return <Loader aria-label={t("common:loading")} />;
  const target = settings.data;
  const rows = subscriptions.data.results;
  const subscribe = (
    <Button variant="light" size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => setOpened({ what: "new" })}>
      {t("newSubscription")}
    </Button>
  );
  return (
    <>
      <section className={classes.panel} aria-labelledby="target">
        <header className={classes.panelHead}>
          <h3 id="target">{t("target")}</h3>
          <span className={classes.space} />
          {target && <IconButton icon="edit" label={t("editTarget")} onClick={() => setOpened({ what: "target" })} />}
          {target && <IconButton icon="bin" danger label={t("removeTarget")} onClick={() => setOpened({ what: "off" })} />}
        </header>
        <div className={classes.foot}>
          {target ? (
            <>
              <code data-value>{target.targetUrl}</code>
              <div className={classes.subtle}>{t("concurrentText", { count: target.throttling.maxConcurrentRequests })}</div>
            </>
          ) : (
            <EmptyPart text={t("noTarget")} curl={curlOf(`/webhooks/v3/${appId}/settings`, { method: "PUT", body: TARGET })}>
              <Button variant="light" size="xs" onClick={() => setOpened({ what: "target" })}>
                {t("setTarget")}
              </Button>
            </EmptyPart>
          )}
        </div>
      </section>
      <section className={classes.panel} aria-labelledby="subscriptions">
        <header className={classes.panelHead}>
          <h3 id="subscriptions">{t("subscriptions")}</h3>
          <span className={classes.space} />
          {rows.length > 0 && subscribe}
        </header>
        {rows.length === 0 && (
          <div className={classes.foot}>
            <EmptyPart text={t("noSubscriptions")} curl={curlOf(`/webhooks/v3/${appId}/subscriptions`, { body: SUBSCRIPTION })}>
              {subscribe}
            </EmptyPart>
          </div>
        )}
        <ul className={classes.plain}>
          {rows.map((row) => (
            <li key={row.id} className={classes.subscription}>
              <Switch
                aria-label={t("activeOf", { name: nameOf(row) })}
                checked={row.active}
                onChange={(event) => switching.mutate({ id: row.id, active: event.currentTarget.checked })}
              />
              <code data-value>{nameOf(row)}</code>
              <span className={classes.space} />
              <span className={classes.badge} data-tone={row.active ? "good" : undefined}>
                {row.active ? t("active") : t("off")}
              </span>
              <IconButton icon="bin" danger label={t("removeOf", { name: nameOf(row) })} onClick={() => setOpened({ what: "delete", subscription: row })} />
            </li>
          ))}
        </ul>
      </section>
      {opened?.what === "target" && <TargetDialog appId={appId} target={target} close={close} />}
      {opened?.what === "new" && <SubscriptionDialog appId={appId} close={close} />}
      {opened?.what === "off" && (
        <FormDialog title={t("removeTarget")} verb={t("remove")} danger act={() => removeWebhookSettings(appId)} close={close}>
          {t("removeTargetText")}
        </FormDialog>
      )}
      {opened?.what === "delete" && (
        <FormDialog
          title={t("deleteTitle", { name: nameOf(opened.subscription) })}
          verb={t("common:delete")}
          danger
          act={() => removeSubscription(appId, opened.subscription.id)}
          close={close}
        >
          {t("deleteSubscriptionText")}
        </FormDialog>
      )}
    </>
  );
}

const nameOf = ({ eventType, propertyName, objectTypeId }: Subscription) =>
  [eventType, propertyName, objectTypeId].filter(Boolean).join(" · ");
