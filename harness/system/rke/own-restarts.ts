/**
 * Which starts of a container are the engine's own, by its restart policy (`--restart=always`), and which are somebody's. The engine's events
 * do not say; its count of restarts does: it grows by one with each exit that the policy answers, before the exit is told, and whoever
 * starts the container sets it to 0 (Docker 26: moby, daemon/monitor.go, and container/container.go, `ResetRestartManager`).
 */

/** What the engine says of a container when it is asked after a start. */
export interface Counted {
  /** `.RestartCount`. */
  readonly restarts: number;
  /** `.State.Restarting`: what was started has ended by now, and the count has the restart in it that is to come. */
  readonly isRestarting: boolean;
}

/** Told of every start of every container, in order. */
export interface OwnRestarts {
  /** Whether this start of the container with this id is the engine's own. */
  isOwn(id: string, counted: Counted): boolean;
}

/** Knows of no container yet: the first start of each is somebody's, for nothing is started again that never ran. */
export function ownRestarts(): OwnRestarts {
  /** The count at the last start. One that was asked for late may have been higher already. */
  const atLastStart = new Map<string, number>();
  return {
    isOwn: (id, { isRestarting, restarts }) => {
      const last = atLastStart.get(id);
      const isOwn = last !== undefined && restarts - (isRestarting ? 1 : 0) > last;
      atLastStart.set(id, isOwn ? last + 1 : 0);
      return isOwn;
    },
  };
}
