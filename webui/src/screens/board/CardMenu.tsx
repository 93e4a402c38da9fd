import { Menu } from "@mantine/core";
import { useNavigate } from "react-router";
import type { Stage } from "../../api/schema";
import { useT } from "../../i18n";
import { Icon } from "../../parts/Icon";
import classes from "./Board.module.css";
import type { Ticket } from "./columns";
import type { Move } from "./move";

interface Props {
  ticket: Ticket;
  stage: Stage;
  stages: Stage[];
  move: Move;
  close: () => void;
}

/** Open as long as it is there; cards that nobody asked carry no menu. */
export default function CardMenu({ ticket, stage, stages, move, close }: Props) {
  const t = useT("board");
  const navigate = useNavigate();
  const name = ticket.properties["subject"] || ticket.id;
  return (
    <Menu opened onClose={close} returnFocus={false} position="bottom-end" shadow="md" width={240} withinPortal>
      <Menu.Target>
        <button type="button" className={classes.menu} aria-label={t("menuOf", { name })} onClick={close}>
          <Icon name="more" size={16} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("moveTo")}</Menu.Label>
        {stages.map((one) => (
          <Menu.Item
            key={one.id}
            disabled={one.id === stage.id}
            rightSection={one.id === stage.id ? <Icon name="check" size={14} /> : undefined}
            onClick={() => (close(), move(ticket, stage, one, true))}
          >
            <span data-value>{one.label}</span>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void navigate(`/tickets/${ticket.id}`)}>{t("openTicket")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
