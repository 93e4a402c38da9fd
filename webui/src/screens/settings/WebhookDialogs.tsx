import { Select, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import type { WebhookSettings } from "../../api/schema";
import { createSubscription, replaceWebhookSettings } from "../../api/webhooks";
import { useT } from "../../i18n";
import { FormDialog } from "./FormDialog";

const USUAL = 10;
const NOUNS = ["ticket", "contact", "company", "deal", "line_item", "product", "object"];
const EVENTS = ["creation", "propertyChange", "deletion", "restore", "merge", "associationChange"];
const KINDS = NOUNS.flatMap((noun) => EVENTS.map((event) => `${noun}.${event}`))
  .filter((one) => one !== "product.associationChange")
  .concat("contact.privacyDeletion");

interface TargetProps {
  appId: string;
  target: WebhookSettings | null;
  close: () => void;
}

export function TargetDialog({ appId, target, close }: TargetProps) {
  const t = useT("settings");
  const [url, setUrl] = useState(target?.targetUrl ?? "");
  const [concurrent, setConcurrent] = useState(String(target?.throttling.maxConcurrentRequests ?? USUAL));
  return (
    <FormDialog title={t("target")} verb={t("common:save")} act={() => replaceWebhookSettings(appId, url.trim(), Number(concurrent))} close={close}>
      {(about) => (
        <>
          <TextInput
            data-autofocus
            label={t("targetUrl")}
            inputMode="url"
            value={url}
            error={about("targetUrl")}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <TextInput
            label={t("concurrent")}
            inputMode="numeric"
            value={concurrent}
            error={about("maxConcurrentRequests")}
            onChange={(event) => setConcurrent(event.currentTarget.value.replace(/\D/g, ""))}
          />
        </>
      )}
    </FormDialog>
  );
}

export function SubscriptionDialog({ appId, close }: { appId: string; close: () => void }) {
  const t = useT("settings");
  const [eventType, setEventType] = useState("ticket.propertyChange");
  const [property, setProperty] = useState("");
  const [objectType, setObjectType] = useState("");
  const [active, setActive] = useState(true);
  const needsProperty = eventType.endsWith(".propertyChange");
  const needsType = eventType.startsWith("object.");
  const act = () =>
    createSubscription(appId, {
      eventType,
      active,
      ...(needsProperty ? { propertyName: property.trim() } : {}),
      ...(needsType && objectType.trim() ? { objectTypeId: objectType.trim() } : {}),
    });
  return (
    <FormDialog title={t("newSubscription")} verb={t("create")} act={act} close={close}>
      {(about) => (
        <>
          <Select
            data-autofocus
            label={t("event")}
            searchable
            allowDeselect={false}
            value={eventType}
            data={KINDS}
            onChange={(value) => setEventType(value ?? eventType)}
            data-value
          />
          {needsProperty && (
            <TextInput
              label={t("propertyName")}
              value={property}
              error={about("propertyName")}
              onChange={(event) => setProperty(event.currentTarget.value)}
            />
          )}
          {needsType && (
            <TextInput
              label={t("objectTypeId")}
              value={objectType}
              error={about("objectTypeId")}
              onChange={(event) => setObjectType(event.currentTarget.value)}
            />
          )}
          <Switch label={t("activeNow")} checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />
        </>
      )}
    </FormDialog>
  );
}
