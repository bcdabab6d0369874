"""`python -m repairflow` is the command `repairflow`."""

from repairflow.cli import main

main()
