/**
 * The bash program behind a kept shell: reads blocks, runs each in its own top-level context, says how each ended.
 * Not its business: who starts bash and where (process/, later docker), time-outs, and what the caller makes of a status.
 *
 * What "stops at the first failing command" means, exactly:
 *
 * - The rule is bash's own for `set -e`, applied by an ERR trap so that the shell survives: a command that is tested
 *   (`if`, `while`, `&&`, `||`, `!`) does not count, and a pipeline counts by its last command (no pipefail: it is the
 *   operator's shell; a page that wants it says so).
 * - It also holds inside functions, `( )` and `$( )` (errtrace), which is stricter than `set -e` in `$( )`: a failure
 *   in there is never swallowed.
 * - A block that sets an ERR trap of its own has taken over: it runs on after failures, as its author asked.
 * - A syntax error gives 2, after the complete commands before it have run, as when an operator pastes the block.
 * - A block that leaves before its end without a failure (`return`, a stray `break`, an open here-document) gives 2: its
 *   rest did not run, so it cannot count as done.
 * - `exit`, an unset variable under `set -u` and `${x:?}` end bash itself: the session is over.
 *
 * Standard input of a block is empty. Its standard output and error are one pipe, so their order is kept. The end of a
 * block is told in that same pipe: a status cannot overtake the output before it, and a background process that keeps
 * the pipe open does not delay it. No other channel is needed, so the same program works through `docker exec -i`.
 */

/** The byte that frames an end marker; a token between two of them cannot come from printing a variable. */
export const MARKER_FRAME = 0x1e;

/**
 * What to give to `bash --noprofile --norc -c`. Reads `block NUL token NUL` from standard input until it ends: the token, with
 * which the end of the block is told, only when the block is over. So no block can print it, not even with `set`.
 */
export const SHELL_DRIVER: string = String.raw`
exec 250<&0 251>&1 0</dev/null 2>&1
umask 022
__drillbook_pending= __drillbook_flags=
while :; do while :; do
  if [[ -n $__drillbook_pending ]]; then
    { set +eux; } 2>/dev/null
    if [[ -n $__drillbook_end ]]; then __drillbook_status=$__drillbook_end
    elif ((__drillbook_status == 0)); then
      printf 'the block was left before its end\n' >&251
      __drillbook_status=2
    fi
    __drillbook_pending=
    IFS= read -r -d '' -u 250 __drillbook_token || exit 0
    printf '\036%s %d\036' "$__drillbook_token" "$__drillbook_status" >&251
  fi
  IFS= read -r -d '' -u 250 __drillbook_block || exit 0
  __drillbook_block+=$'\n\n{ __drillbook_end=$? __drillbook_flags=$-; } 2>/dev/null'
  __drillbook_pending=1 __drillbook_end= __drillbook_status=0
  trap '{ __drillbook_status=$? __drillbook_flags=$-; set +ex; } 2>/dev/null
    ((BASH_SUBSHELL)) && exit "$__drillbook_status"
    return "$__drillbook_status" 2>/dev/null' ERR
  set -E
  case $__drillbook_flags in *u*) set -u ;; esac
  case $__drillbook_flags in *x*) set -x ;; esac
  source /dev/fd/9 9<<<"$__drillbook_block" 250<&- 251>&-
  { __drillbook_status=$?; set +eux; trap - ERR; } 2>/dev/null
done; done
`;
