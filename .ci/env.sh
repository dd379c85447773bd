# Makes a virtual environment for this source tree; sourced by ./try and ./test, which set ROOT.
# shellcheck shell=sh
#
# PYTHON   the interpreter to use (default: the first of python3, python3.14 … that is new enough)
# VENV     where the environment goes (default: .venv in the source tree)

VENV=${VENV:-$ROOT/.venv}
case $VENV in /*) ;; *) VENV=$PWD/$VENV ;; esac

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$0: $1"
  shift
  for line in "$@"; do say "  $line"; done
  exit 1
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  if [ -n "${PYTHON:-}" ]; then
    command -v "$PYTHON" >/dev/null 2>&1 || die "PYTHON=$PYTHON: there is no such program"
    is_new_enough "$PYTHON" || die "PYTHON=$PYTHON is $("$PYTHON" -V 2>&1); Python 3.11 or newer is needed"
    return
  fi
  for PYTHON in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if command -v "$PYTHON" >/dev/null 2>&1 && is_new_enough "$PYTHON"; then return; fi
  done
  die "Python 3.11 or newer is needed; python3 here is: $(python3 -V 2>&1 || true)" \
    "install a newer one (Debian 12, Ubuntu 24.04: apt install python3 python3-venv)" \
    "or name it: PYTHON=/path/to/python3.12 $0"
}

make_venv() {
  say "+ $PYTHON -m venv $VENV"
  if "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
    "$PYTHON" -m venv --clear "$VENV" >&2
  elif "$PYTHON" -c 'import virtualenv' 2>/dev/null; then
    "$PYTHON" -m virtualenv --quiet --clear "$VENV" >&2
  else
    die "$PYTHON cannot make virtual environments: its venv module is not complete" \
      "Debian, Ubuntu: apt install python3-venv (or the package of that version, such as python3.11-venv)" \
      "or name another Python: PYTHON=/path/to/python3.12 $0"
  fi
}

# install WHAT ARGUMENT...: pip install ARGUMENT..., once per state of pyproject.toml.
install() {
  what=$1
  shift
  stamp=$VENV/.installed-$what
  state=$(cksum <"$ROOT/pyproject.toml")
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$state" ]; then return; fi
  say "+ pip install $*"
  (cd "$ROOT" && "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "$@" >&2) ||
    die "pip could not install what is needed (above is what it said)" \
      "behind a proxy set HTTPS_PROXY, for a mirror PIP_INDEX_URL; then run $0 again"
  printf '%s\n' "$state" >"$stamp"
}

# An environment that is there is kept, unless PYTHON names another Python; one that is broken is made anew.
have_venv() {
  identity='import sys; assert sys.version_info >= (3, 11); print(sys.version, sys.base_prefix)'
  present=$("$VENV/bin/python" -c "import pip; $identity" 2>/dev/null) || present=
  if [ -n "$present" ] && [ -z "${PYTHON:-}" ]; then return; fi
  find_python
  if [ "$present" != "$("$PYTHON" -c "$identity")" ]; then make_venv; fi
}
