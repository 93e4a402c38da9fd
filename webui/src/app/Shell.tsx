import { Button, Kbd, Loader } from "@mantine/core";
import { lazy, Suspense, useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Link, NavLink, Outlet, useLocation, useNavigate } from "react-router";
import { serverIsGone, subscribe as subscribeConnection } from "../api/connection";
import { resume } from "../api/session";
import { useT } from "../i18n";
import { Failed } from "../parts/Failed";
import { Icon } from "../parts/Icon";
import { navigation, type Navigation } from "./routes";
import { Creating } from "./creating";
import { Logo } from "./Logo";
import { PageFailed } from "./PageFailed";
import { listenForShortcuts, useShortcuts } from "./shortcuts";
import classes from "./Shell.module.css";
import { useSession } from "./useSession";

const CommandMenu = lazy(() => import("./CommandMenu"));
const KeyboardSheet = lazy(() => import("./KeyboardSheet"));
const CreateParty = lazy(() => import("./CreateParty"));
const QuickCreate = lazy(() => import("./QuickCreate"));
const UserMenu = lazy(() => import("./UserMenu"));
type Opened = "commands" | "search" | "keys" | { create: string } | undefined;

/** The frame around every page; without a session it leads to the sign-in page and back. */
export function Shell() {
  const session = useSession();
  const place = useLocation();
  const navigate = useNavigate();
  const [failure, setFailure] = useState<unknown>();
  const start = useRef(() => void resume().catch(setFailure));
  useEffect(() => {
    if (session.state === "unknown") start.current();
  }, [session.state]);
  useEffect(() => {
    if (session.state !== "out") return;
    const next = place.pathname + place.search;
    const query = new URLSearchParams({ ...(next === "/" ? {} : { next }), ...(session.expired ? { expired: "1" } : {}) });
    void navigate(`/sign-in${query.size ? `?${query}` : ""}`, { replace: true });
  }, [session, place.pathname, place.search, navigate]);
  if (failure !== undefined) {
    return <Failed error={failure} retry={() => (setFailure(undefined), start.current())} />;
  }
  return session.state === "in" ? <Frame /> : null;
}

function Frame() {
  const t = useT("common");
  const [opened, setOpened] = useState<Opened>();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  useEffect(() => listenForShortcuts(), []);
  const session = useSession();
  const places = navigation.filter(
    (one) => one.scope === undefined || (session.state === "in" && session.scopes.has(one.scope)),
  );
  const create = useCallback((objectType: string) => setOpened({ create: objectType }), []);
  useShortcuts([
    { keys: "?", label: "common:keySheet", section: "common:keysGeneral", run: () => setOpened("keys") },
    { keys: "Ctrl+k", label: "common:keyCommands", section: "common:keysGeneral", run: () => setOpened("commands") },
    { keys: "/", label: "common:keySearch", section: "common:keysGeneral", run: () => setOpened("search") },
    { keys: "c", label: "common:keyCreate", section: "common:keysGeneral", run: () => create("tickets") },
    ...places.flatMap((one) =>
      one.key === undefined
        ? []
        : [{ keys: `g ${one.key}`, label: one.label, section: "common:keysGoTo", run: () => void navigate(one.to) }],
    ),
  ]);
  const close = () => setOpened(undefined);
  const created = typeof opened === "object" ? opened.create : undefined;
  return (
    <div className={classes.frame}>
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <nav className={classes.side} aria-label={t("mainNavigation")}>
        <Link to="/" className={classes.brand}>
          <Logo />
          <span className={classes.word} data-value>
            Spokedesk
          </span>
        </Link>
        <Button className={classes.create} leftSection={<Icon name="plus" size={16} />} onClick={() => create("tickets")}>
          <span className={classes.word}>{t("new-tickets")}</span>
        </Button>
        <button type="button" className={classes.find} onClick={() => setOpened("commands")}>
          <Icon name="search" size={16} />
          <span className={classes.word}>{t("find")}</span>
          <Kbd size="xs" className={classes.word} aria-hidden="true">
            Ctrl K
          </Kbd>
        </button>
        <ul className={classes.places}>
          {places.map((one) => (
            <Place key={one.to} place={one} />
          ))}
        </ul>
        <Suspense fallback={<div className={classes.user} />}>
          <UserMenu openKeys={() => setOpened("keys")} />
        </Suspense>
      </nav>
      <main id="content" className={classes.main} tabIndex={-1}>
        <GoneBanner />
        <PageFailed place={pathname}>
          <Suspense fallback={<Loader className={classes.loading} aria-label={t("loading")} />}>
            <Creating value={create}>
              <Outlet />
            </Creating>
          </Suspense>
        </PageFailed>
      </main>
      <Suspense fallback={null}>
        {(opened === "commands" || opened === "search") && (
          <CommandMenu close={close} create={create} openKeys={() => setOpened("keys")} />
        )}
        {opened === "keys" && <KeyboardSheet close={close} />}
        {created === "tickets" && <QuickCreate close={close} />}
        {created !== undefined && created !== "tickets" && <CreateParty objectType={created} close={close} />}
      </Suspense>
    </div>
  );
}

function Place({ place }: { place: Navigation }) {
  const t = useT("common");
  const { pathname } = useLocation();
  const covered = place.covers?.some((one) => pathname.startsWith(one)) ?? false;
  return (
    <li>
      <NavLink
        to={place.to}
        end={place.to === "/"}
        title={t(place.label)}
        className={({ isActive }) => `${classes.place} ${isActive || covered ? classes.active : ""}`}
      >
        <Icon name={place.icon} />
        <span className={classes.word}>{t(place.label)}</span>
      </NavLink>
    </li>
  );
}

function GoneBanner() {
  const t = useT("common");
  const gone = useSyncExternalStore(subscribeConnection, serverIsGone);
  if (!gone) return null;
  return (
    <div className={classes.gone} role="alert">
      <Icon name="warning" size={16} />
      {t("serverGone")}
    </div>
  );
}
