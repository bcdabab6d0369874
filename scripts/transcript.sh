#!/usr/bin/env bash
# Write the README's transcript anew: scripts/transcript.sh
#
# Starts the demonstration in an empty folder on free ports, types the commands below into this shell one after the
# other, and puts them with what they really answered between the README's two marks. Needs curl.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
PATH=$root/.venv/bin:$PATH

commands() {
    cat <<'COMMANDS'
repairflow import workflows/samples/penalties.csv --office YX-STHJ
for who in jiangyizhou xuzhixing chenmo zhouyuan shenjibai; do repairflow user token $who > $who.token; done
repairflow client --as jiangyizhou records 溪环罚〔2026〕21号
repairflow client --as jiangyizhou file repair SX-2026-000018 --material performance_proof=receipt.png --input performed_on=2026-02-20 --input correction=罚款已缴清，堆场已覆盖并喷淋。 --input commitment_signed_by=蒋一舟
repairflow client --as jiangyizhou case XF-2026-000011
repairflow client --as xuzhixing act XF-2026-000011 accept
repairflow client --as chenmo act XF-2026-000011 report_verification --reason 已核对缴款记录和现场。 --input conditions.minimum_period.met=true --input conditions.performed.met=true --input conditions.commitment.met=true --input conditions.other_law.met=true
repairflow client --as zhouyuan act XF-2026-000011 propose_grant --reason 符合修复条件，拟准予修复。
repairflow client --as zhouyuan act XF-2026-000011 grant --reason 同意。
repairflow client --as shenjibai act XF-2026-000011 grant --reason 同意。
repairflow client --as jiangyizhou case XF-2026-000011 --wait
curl -s http://127.0.0.1:8001/targets/xinyong-yunxi/records/SX-2026-000018 | grep -o '<h2>此信息.*</h2>'
repairflow audit verify; echo "exit code $?"
COMMANDS
}

if [ "${1:-}" = --commands ]; then commands; exit; fi

work=$(mktemp -d)
export REPAIRFLOW_HOME=$work/var REPAIRFLOW_PORT=18000 REPAIRFLOW_PLATFORM_PORT=18001 REPAIRFLOW_SITE=http://127.0.0.1:18000
repairflow demo > "$work/demo.log" 2>&1 &
demo=$!
trap 'kill $demo; wait $demo || true; rm -rf "$work"' EXIT
until grep -q '按 Ctrl-C 停止' "$work/demo.log"; do kill -0 $demo; sleep 1; done

mkdir "$work/desk"
ln -s "$root/workflows" "$work/desk/workflows"
cd "$work/desk"
base64 -d > receipt.png <<< iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==
set +e
while IFS= read -r command; do
    printf '$ %s\n' "$command"
    eval "${command//127.0.0.1:8/127.0.0.1:18}" < /dev/null
done < <(commands) > "$work/transcript" 2>&1
sed -i 's/127\.0\.0\.1:18/127.0.0.1:8/g' "$work/transcript"
cd "$root"
python - "$work/transcript" <<'PYTHON'
import sys
from pathlib import Path

readme, said = Path("README.md"), Path(sys.argv[1]).read_text(encoding="utf-8").rstrip()
before, rest = readme.read_text(encoding="utf-8").split("<!-- transcript: scripts/transcript.sh -->\n", 1)
_, after = rest.split("<!-- end of transcript -->", 1)
block = f"<!-- transcript: scripts/transcript.sh -->\n```\n{said}\n```\n<!-- end of transcript -->"
readme.write_text(before + block + after, encoding="utf-8")
PYTHON
