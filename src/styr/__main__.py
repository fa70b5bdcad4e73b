# SPDX-License-Identifier: EUPL-1.2
from styr.cli import main

main()
