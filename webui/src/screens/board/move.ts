import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { updateRecord } from "../../api/records";
import type { Pipeline, Stage } from "../../api/schema";
import { complain } from "../../app/notices";
import { useT } from "../../i18n";
import { columnKey, showMoved, type Filters, type Ticket } from "./columns";

/** `keepFocus`: the key or menu that moved it goes on with the card where it is now. */
export type Move = (ticket: Ticket, from: Stage, to: Stage, keepFocus: boolean) => void;

interface Board {
  pipeline: Pipeline;
  filters: Filters;
  /** Says it to those who do not see the card move. */
  say: (text: string) => void;
  follow: (stage: Stage, id: string) => void;
}

/** Move a ticket: shown at once, one PATCH, and taken back with the server's reason when that is refused. */
export function useMove({ pipeline, filters, say, follow }: Board): Move {
  const t = useT("board");
  const cache = useQueryClient();
  return useCallback(
    (ticket, from, to, keepFocus) => {
      const keyOf = (stage: Stage) => columnKey(pipeline.id, stage.id, filters);
      const name = ticket.properties["subject"] || t("common:untitled");
      const show = (before: Stage, after: Stage, text: string) => {
        showMoved(cache, ticket, keyOf(before), keyOf(after));
        if (keepFocus) follow(after, ticket.id);
        say(text);
      };
      const run = async () => {
        // an answer that is on its way knows nothing of the move
        await Promise.all([from, to].map((stage) => cache.cancelQueries({ queryKey: keyOf(stage) })));
        show(from, to, t("moved", { name, stage: to.label }));
        try {
          await updateRecord("tickets", ticket.id, { hs_pipeline_stage: to.id });
        } catch (error) {
          const text = t("movedBack", { name, stage: from.label });
          show(to, from, text);
          complain(error, text);
          // its place among the others, and whatever was the reason
          for (const stage of [from, to]) void cache.invalidateQueries({ queryKey: keyOf(stage) });
          void cache.invalidateQueries({ queryKey: ["pipelines"] });
        }
      };
      void run();
    },
    [cache, filters, follow, pipeline.id, say, t],
  );
}
