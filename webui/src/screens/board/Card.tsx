import { draggable } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { lazy, memo, Suspense, useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import type { Stage } from "../../api/schema";
import { useT } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { OwnerMark } from "../../parts/OwnerMark";
import { PriorityMark } from "../../parts/PriorityMark";
import { When } from "../../parts/When";
import classes from "./Board.module.css";
import type { Ticket } from "./columns";
import type { Move } from "./move";

const CardMenu = lazy(() => import("./CardMenu"));

interface Props {
  ticket: Ticket;
  stage: Stage;
  stages: Stage[];
  index: number;
  total: number;
  /** Position and size in pixels. */
  top: number;
  height: number;
  /** The one card of the board that Tab reaches. */
  isActive: boolean;
  setActive: (id: string) => void;
  move: Move | undefined;
}

export const Card = memo(function Card({ ticket, stage, stages, index, total, top, height, isActive, setActive, move }: Props) {
  const t = useT("board");
  const element = useRef<HTMLLIElement>(null);
  const [isDragged, setDragged] = useState(false);
  const [menu, setMenu] = useState(false);
  useEffect(() => {
    if (!element.current || !move) return;
    return draggable({
      element: element.current,
      getInitialData: () => ({ ticket, stage }),
      onDragStart: () => setDragged(true),
      onDrop: () => setDragged(false),
    });
  }, [ticket, stage, move]);
  const { subject, hs_ticket_priority: priority, hubspot_owner_id: owner, hs_lastmodifieddate: changed } = ticket.properties;
  const reach = isActive ? 0 : -1;
  const button = (
    <button
      type="button"
      className={classes.menu}
      tabIndex={reach}
      aria-haspopup="menu"
      aria-label={t("menuOf", { name: subject || ticket.id })}
      onClick={() => setMenu(true)}
    >
      <Icon name="more" size={16} />
    </button>
  );
  const closeMenu = () => {
    setMenu(false);
    element.current?.querySelector("a")?.focus();
  };
  return (
    <li
      ref={element}
      className={classes.card}
      style={{ transform: `translateY(${top}px)`, height }}
      data-card={ticket.id}
      data-stage={stage.id}
      data-index={index}
      data-dragged={isDragged || undefined}
      aria-posinset={index + 1}
      aria-setsize={total}
      onFocus={() => setActive(ticket.id)}
    >
      <Link
        to={`/tickets/${ticket.id}`}
        className={classes.subject}
        tabIndex={reach}
        draggable={false}
        data-value={subject ? true : undefined}
      >
        {subject || t("common:untitled")}
      </Link>
      <div className={classes.facts}>
        <span className="numeric" data-value>
          #{ticket.id}
        </span>
        <When at={changed} />
        <span className={classes.space} />
        <PriorityMark value={priority} />
        <OwnerMark id={owner} />
      </div>
      {move && !menu && button}
      {move && menu && (
        <Suspense fallback={button}>
          <CardMenu ticket={ticket} stage={stage} stages={stages} move={move} close={closeMenu} />
        </Suspense>
      )}
    </li>
  );
});
