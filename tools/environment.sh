# Sourced by tools/demo, tools/test and .ci/run: `environment [EXTRA]` makes .venv in the checkout with keras_gan
# (editable) and that extra in it, or reuses it if what it was made from has not changed since, and puts it first
# on PATH. It starts from $PYTHON, or else from the first Python 3.10 to 3.13 that it finds.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.10}; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "keras_gan needs Python 3.10 to 3.13; set PYTHON to one." >&2
    return 1
}

environment() {
    local venv=$root/.venv target=$root${1:+[$1]} python made_from stamp quiet

    # A venv that was interrupted, or whose Python is gone, is made anew.
    if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        python=$(find_python)
        echo "Making $venv with $("$python" --version)." >&2
        "$python" -m venv --clear "$venv"
    fi

    export PATH=$venv/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1
    made_from=$(echo "$root" && cat "$root/pyproject.toml" "$root/setup.cfg" "$root/setup.py")
    for stamp in "$venv/made-from${1:+-$1}"*; do # Without an extra, any will do: each holds the package.
        [[ -f $stamp && $(<"$stamp") == "$made_from" ]] && return
    done

    echo "Installing $target into $venv; the first time takes a minute or more." >&2
    [[ -t 2 ]] && quiet= || quiet=-qq
    python -m pip install $quiet --upgrade pip # That of Python 3.10 chooses versions for ten minutes and more.
    python -m pip install $quiet --editable "$target"
    echo "$made_from" >"$venv/made-from${1:+-$1}"
}
