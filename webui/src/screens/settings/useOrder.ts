import { useMutation, useQueryClient } from "@tanstack/react-query";

/** Gives a list of the cache another order: at once where it is shown, and one after the other on the server. */
export function useOrder<Item>(key: readonly string[], save: (items: Item[]) => Promise<void>): (items: Item[]) => void {
  const cache = useQueryClient();
  const orderKey = ["order", ...key];
  const saving = useMutation({
    mutationKey: orderKey,
    // so that quick key presses end where the last one said
    scope: { id: orderKey.join(" ") },
    mutationFn: save,
    onSettled: () => (cache.isMutating({ mutationKey: orderKey }) > 1 ? undefined : cache.invalidateQueries({ queryKey: key })),
  });
  return (items) => {
    void cache.cancelQueries({ queryKey: key });
    cache.setQueryData(key, items);
    saving.mutate(items);
  };
}
